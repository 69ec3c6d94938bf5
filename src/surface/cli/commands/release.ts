// `midwatch release TASK|HOLD`: a person ends what a task waits for.

import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { asTrouble, taskOf } from '../task-of.ts'
import type { Fleet } from '../world.ts'

export function define(command: Command, act: Act): void {
  command
    .argument(
      '<task|hold>',
      'a task’s number for all its holds, or one hold as `show` writes it: h7',
    )
    .addHelpText('after', '\nJSON: {"released":[7],"ready":true}')
    .action(act(release))
}

async function release(call: Call): Promise<void> {
  const typed = String(call.args[0]).trim()
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const ids = /^h\d{1,15}$/i.test(typed)
    ? [Number(typed.slice(1))]
    : await liveHolds(fleet, taskId(typed))
  let ready = false
  for (const holdId of ids) {
    const answer = await fleet.store.release({ holdId, by, now: fleet.clock.now() })
    if (!answer.ok) throw asTrouble(answer.refusal)
    ready = answer.ready
  }
  fleet.store.poke()
  if (call.json) return call.print.json({ released: ids, ready })
  if (ids.length === 0) call.print.line('Nothing to release: no hold is on it')
  else
    call.print.line(
      `Released ${ids.map((id) => `h${id}`).join(', ')}${ready ? '; the task is ready' : ''}`,
    )
}

async function liveHolds({ store }: Fleet, id: number): Promise<number[]> {
  const task = await taskOf(store, id)
  return (await store.holdsOf(task.id, true)).map((hold) => hold.id)
}
