// `midwatch backup`: a copy of the embedded database while the fleet works. To restore it: stop the dispatcher, put the file in
// the place of .midwatch/fleet.db without its -wal and -shm, start again.

import { refused } from '../../../base/errors.ts'
import { isoTime } from '../../../base/when.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { meanwhile } from '../meanwhile.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('[file]', 'where to (default: .midwatch/backups/, with the date)')
    .option('--force', 'write over a file that is there')
    .addHelpText('after', '\nJSON: {"path","bytes"}')
    .action(act(backup))
}

async function backup(call: Call<{ force?: boolean }>): Promise<void> {
  const { world, print } = call
  const [file] = call.args
  const fleet = await call.fleet()
  if (fleet.config.store !== 'sqlite')
    throw refused(
      'backup.postgres',
      'the fleet’s database is PostgreSQL, which has its own tools',
      '`pg_dump` copies it while the fleet works',
    )
  const name = `fleet-${isoTime(world.clock.now()).replaceAll(/[:.]/g, '-')}.db`
  const to = typeof file === 'string' ? file : null
  const copy = world.backup(fleet.stateDir, to, name, call.options.force === true)
  const made = await meanwhile(call, 'Copying the database', copy)
  if (call.json) return print.json(made)
  print.line(`${made.path}: ${(made.bytes / 1_048_576).toFixed(1)} MB, sound.`)
}
