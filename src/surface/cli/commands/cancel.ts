// `midwatch cancel TASK…`: settled as cancelled at once; a running session is stopped by the dispatcher that owns it, and
// where that one is not running, who does is told.

import { taskIds } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { livingDaemon } from '../living-daemon.ts'
import { asTrouble } from '../task-of.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<task...>', 'their numbers')
    .option('--reason <text>', 'why')
    .addHelpText(
      'after',
      '\nJSON: {"cancelled":[{"id","stopping"}]}; the first refusal ends it, those before stay cancelled',
    )
    .action(act(cancel))
}

async function cancel(call: Call<{ reason?: string }>): Promise<void> {
  const ids = taskIds(call.args.flat().map(String))
  const { store, clock } = await call.fleet()
  const { by } = await call.actor()
  const reason = call.options.reason ?? `cancelled by ${by}`
  const cancelled: { id: number; stopping: number | null }[] = []
  for (const id of ids) {
    const answer = await store.settleByHand({
      taskId: id,
      outcome: 'cancelled',
      by,
      reason,
      now: clock.now(),
    })
    if (!answer.ok) throw asTrouble(answer.refusal)
    cancelled.push({ id, stopping: answer.stopping })
    if (!call.json)
      call.print.line(`Task ${id} is cancelled${await sessionEnd(call, answer.stopping)}`)
  }
  store.poke()
  if (call.json) call.print.json({ cancelled })
}

/** Who stops the session of the attempt that had the task, if there is one. */
async function sessionEnd(call: Call, attemptId: number | null): Promise<string> {
  if (attemptId === null) return ''
  const fleet = await call.fleet()
  const host = (await fleet.store.attempt(attemptId))?.host ?? fleet.host.name
  const session = `; its session (attempt ${attemptId})`
  if ((await livingDaemon(call, fleet, host)) !== null) return `${session} is being stopped`
  const now = host === fleet.host.name ? ', or `midwatch stop --sessions` now' : ` on ${host}`
  return `${session} goes on: no dispatcher is running; the next \`midwatch up\`${now} stops it`
}
