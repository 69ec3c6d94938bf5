// Law: the outcome says what happened. `verified` was checked, `done` was worked or said, `failed` had spent its budget, was
// said, or was decided by a person.

import { failureTable } from '../../src/model/failure.ts'
import type { Attempt } from '../../src/model/attempt.ts'
import type { SettledTask, Task } from '../../src/model/task.ts'
import type { Bench, Checker } from './contract.ts'

export const outcomes: Checker = {
  law: 'the outcome says what happened',
  invariants: [18],
  end(bench, { tasks, attempts }) {
    for (const task of tasks)
      if (task.state === 'settled' && /^attempt \d+$/.test(task.settledBy))
        judge(bench, task, attempts.get(task.id) ?? [])
  },
}

function judge(
  { world, accuse }: Bench,
  task: SettledTask & Task,
  attempts: readonly Attempt[],
): void {
  const sessions = attempts.flatMap((attempt) => world.truth.sessions.get(attempt.id) ?? [])
  const said = (word: 'done' | 'fail') => attempts.some((attempt) => attempt.said?.word === word)
  const { run, prompt } = task.order
  const ref = /\[\[([\w-]+)\]\]/.exec(run ?? prompt ?? '')?.[1]
  if (
    task.outcome === 'done' &&
    task.verified === true &&
    task.order.review !== true && // a second agent's word is evidence, too
    !(world.truth.checks.get(ref ?? '') ?? []).includes('yes')
  )
    accuse(`task ${task.id} is done and verified, but no check of it ever said yes`, task.id)
  if (
    task.outcome === 'done' &&
    // What the check found done is done, whoever did it: the same work may have been wanted twice.
    task.verified !== true &&
    !said('done') &&
    !sessions.some((session) => session.cause === 'good')
  )
    accuse(`task ${task.id} is done, but no session of it ended well or said so`, task.id)
  if (task.outcome !== 'failed' || said('fail')) return
  const taking = attempts.filter(
    (attempt) => attempt.verdict !== null && !free.has(attempt.verdict.class),
  )
  const all = taking.some(
    (attempt) =>
      failureTable[attempt.verdict?.class ?? 'unknown'].pays === 'task-all' ||
      attempt.verdict?.class === 'context_too_large',
  )
  if (!all && taking.length < task.attemptsMax)
    accuse(
      `task ${task.id} failed after ${taking.length} attempts that may count, of ${task.attemptsMax}`,
      task.id,
    )
}

/** Endings that never count against a task. */
const free: ReadonlySet<string> = new Set(['success', 'interrupted', 'lost'])
