// `midwatch again TASK`: what is settled stays settled; this wants the same once more, as a new task that points back.
// Tasks that waited for the old one accept the new one.

import { wantAgain, whyNotAgain } from '../../../lifecycle/intake/again.ts'
import { enqueue } from '../../../lifecycle/intake/enqueue.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { hintDaemon, tellNewTask } from '../new-task.ts'
import { asTrouble, taskOf } from '../task-of.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'the settled task')
    .addHelpText('after', '\nJSON: {"task":{"id","againOf",…},"deduped"}')
    .action(act(again))
}

async function again(call: Call): Promise<void> {
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const old = await taskOf(fleet.store, taskId(call.args[0]))
  const why = whyNotAgain(old)
  if (why !== null) throw asTrouble(why)
  const { store, clock, config, offers } = fleet
  const deps = { store, clock, config, offers, folder: (path: string) => fleet.host.folder(path) }
  const { task, deduped } = await enqueue(deps, wantAgain(old, by))
  store.poke()
  tellNewTask(call, task, deduped)
  await hintDaemon(call, fleet)
}
