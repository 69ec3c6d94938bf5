// `midwatch migrate`: moves the fleet to a PostgreSQL database that many hosts may share. Whole or not at all, compared by
// count and hash; what is left to a person is one line of the configuration.

import { usage } from '../../../base/errors.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { count } from '../labels.ts'

interface MigrateOptions {
  from?: string
  to?: string
}

export function define(command: Command, act: Act): void {
  command
    .option('--from <store>', 'what it is in now: sqlite')
    .option('--to <address>', 'where it is to be: postgres://user@host/database, an empty one')
    .addHelpText(
      'after',
      '\nStop the dispatcher first; sessions go on.\nJSON: {"to","tables":[{"table","rows","hash"}],"wasThere"}',
    )
    .action(act(migrate))
}

async function migrate(call: Call<MigrateOptions>): Promise<void> {
  const { options, world, print } = call
  const { from = 'sqlite', to } = options
  if (from !== 'sqlite' || to === undefined)
    throw usage(
      'usage.migrate',
      from === 'sqlite' ? 'where to?' : `a fleet is moved from sqlite, not from ${from}`,
      'say `midwatch migrate --from sqlite --to postgres://user@host/database`',
    )
  const dir = await call.fleetDir()
  const moved = await world.moveFleet(dir, to, (line) => print.note(line))
  if (call.json) return print.json(moved)
  const rows = moved.tables.reduce((sum, table) => sum + table.rows, 0)
  print.line(
    `${count(rows, 'row')} in ${count(moved.tables.length, 'table')} ${
      moved.wasThere ? 'were there already' : 'moved'
    } to ${moved.to}: equal in count and hash.`,
  )
  print.line('Now name it in midwatch.yaml, then `midwatch up`:')
  print.line(
    '  store: postgres://…   # the address given with --to; a variable of the environment may stand for it',
  )
}
