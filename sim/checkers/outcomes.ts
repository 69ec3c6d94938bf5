// Law: the outcome says what happened. `verified` was checked or approved, `done` was worked or said, a review was decided, and
// `failed` had spent its budget, was said, was rejected by its reviewer, or was decided by a person.

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

function judge(bench: Bench, task: SettledTask & Task, attempts: readonly Attempt[]): void {
  const decider = Number(task.settledBy.slice('attempt '.length))
  if (!attempts.some(({ id }) => id === decider)) judgeDecided(bench, task, decider)
  else if (task.order.reviewOf !== undefined && task.outcome === 'done') {
    if (!bench.world.truth.decisions.has(decider))
      bench.accuse(`review ${task.id} is done, but its session decided nothing`, task.id)
  } else judgeWorked(bench, task, attempts)
}

/** Settled by an attempt at another task: that can only be its reviewer, and as he truly decided. */
function judgeDecided({ world, accuse }: Bench, task: SettledTask & Task, decider: number): void {
  const means = { approve: 'done', reject: 'failed', changes: null } as const
  const decided = world.truth.decisions.get(decider)
  const decision = decided?.ref === refOf(task) ? decided?.decision : undefined
  if (decision === undefined || means[decision] !== task.outcome)
    accuse(
      `task ${task.id} is ${task.outcome} by ${task.settledBy}, who decided ${decision ?? 'nothing'} about it`,
      task.id,
    )
}

/** The wanted work that stands in the order. */
const refOf = ({ order }: Task): string | undefined =>
  /\[\[([\w-]+)\]\]/.exec(order.run ?? order.prompt ?? '')?.[1]

function judgeWorked(
  { world, accuse }: Bench,
  task: SettledTask & Task,
  attempts: readonly Attempt[],
): void {
  const sessions = attempts.flatMap((attempt) => world.truth.sessions.get(attempt.id) ?? [])
  const said = (word: 'done' | 'fail') => attempts.some((attempt) => attempt.said?.word === word)
  if (
    task.outcome === 'done' &&
    task.verified === true &&
    !(world.truth.checks.get(refOf(task) ?? '') ?? []).includes('yes')
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
