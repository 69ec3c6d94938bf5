// `midwatch hold TASK`: one more reason to wait, born with what releases it.

import { usage } from '../../../base/errors.ts'
import type { Release } from '../../../model/hold.ts'
import { futureTime, taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { holdShape } from '../shapes.ts'
import { asTrouble } from '../task-of.ts'

interface HoldOptions {
  until?: string
  after?: string
  afterAny?: string
  ask?: string
}

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'its number')
    .option('--until <when>', 'until a time: 2h, 04:30, 2026-11-21T04:30')
    .option('--after <task>', 'until that task is done')
    .option('--after-any <task>', 'until that task has ended, however it did')
    .option('--ask <question>', 'until a person answers with `midwatch release`')
    .addHelpText(
      'after',
      '\nA taken or settled task cannot be held (exit 4).\nJSON: {"hold":{"id","kind","release",…}}',
    )
    .action(act(hold))
}

async function hold(call: Call<HoldOptions>): Promise<void> {
  const id = taskId(call.args[0])
  const { store, clock } = await call.fleet()
  const { by } = await call.actor()
  const now = clock.now()
  const answer = await store.hold({ taskId: id, release: releaseOf(call.options, by, now), now })
  if (!answer.ok) throw asTrouble(answer.refusal)
  store.poke()
  if (call.json) call.print.json({ hold: holdShape(answer.hold) })
  else
    call.print.line(
      `Task ${id} is held by h${answer.hold.id}; \`midwatch release h${answer.hold.id}\` releases it sooner`,
    )
}

function releaseOf({ until, after, afterAny, ask }: HoldOptions, by: string, now: number): Release {
  if ([until, after, afterAny, ask].filter((given) => given !== undefined).length !== 1)
    throw usage(
      'usage.release',
      'a hold is born with exactly one release',
      'give one of --until, --after, --after-any and --ask',
    )
  if (until !== undefined)
    return { kind: 'time', until: futureTime(until, '--until', now), why: 'not_before' }
  if (after !== undefined)
    return { kind: 'after', taskId: taskId(after), any: false, needsPerson: false }
  if (afterAny !== undefined)
    return { kind: 'after', taskId: taskId(afterAny), any: true, needsPerson: false }
  return { kind: 'person', question: ask ?? '', told: by }
}
