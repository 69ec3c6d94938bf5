// `midwatch answer TASK|HOLD TEXT`: a person answers; the task goes on, and its next attempt is told.

import { refused, usage } from '../../../base/errors.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { asTrouble, taskOf } from '../task-of.ts'
import type { Fleet } from '../world.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<task|hold>', 'a task’s number, or one of its questions as `inbox` writes it: h7')
    .argument('<text...>', 'the answer')
    .addHelpText('after', '\nJSON: {"answered":[7],"ready":true}')
    .action(act(answer))
}

async function answer(call: Call): Promise<void> {
  const [typed, ...rest] = call.args
  const text = rest.flat().join(' ').trim()
  if (text === '') throw usage('usage.answer', 'the answer is empty', 'say what is decided')
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const ids = await questionsOf(fleet, String(typed).trim())
  let ready = false
  for (const holdId of ids) {
    const done = await fleet.store.answer({ holdId, by, text, now: fleet.clock.now() })
    if (!done.ok) throw asTrouble(done.refusal)
    ready ||= done.ready
  }
  fleet.store.poke()
  if (call.json) return call.print.json({ answered: ids, ready })
  const named = ids.map((id) => `h${id}`).join(', ')
  call.print.line(`Answered ${named}${ready ? '; the task is ready' : ''}`)
}

/** The one question meant. Throws `answer.which` where a task has several. */
async function questionsOf({ store }: Fleet, typed: string): Promise<number[]> {
  if (/^h\d{1,15}$/i.test(typed)) return [Number(typed.slice(1))]
  const task = await taskOf(store, taskId(typed))
  const asking = (await store.holdsOf(task.id, true)).filter((hold) => hold.kind === 'person')
  const ids = asking.map((hold) => hold.id)
  if (ids.length === 0)
    throw refused(
      'answer.nothing_asked',
      `task ${task.id} asks nothing`,
      '`midwatch inbox` lists what waits for an answer',
    )
  if (ids.length > 1)
    throw refused(
      'answer.which',
      `task ${task.id} asks ${ids.length} things`,
      `answer one of ${ids.map((id) => `h${id}`).join(', ')}`,
    )
  return ids
}
