// The one place where a task becomes settled: once, from any unsettled state, with a fact, and with word to whoever
// waited for it, all in one transaction.

import { sql } from 'kysely'

import type { Outcome, Task } from '../../../model/task.ts'
import { all, changed, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { releaseFollowers } from './after.ts'
import { landConvoys } from './convoy-landing.ts'
import { record, tally } from './facts.ts'
import { afterReview } from './review-offer.ts'

const toSettled = statement<
  { id: number; outcome: string; verified: number | null; by: string; reason: string; now: number },
  { id: number }
>('toSettled', (db, arg) =>
  db
    .updateTable('tasks')
    .set({
      state: 'settled',
      outcome: arg('outcome'),
      verified: arg('verified'),
      settled_at: arg('now'),
      settled_by: arg('by'),
      reason: arg('reason'),
    })
    .where('id', '=', arg('id'))
    .where('state', '<>', 'settled')
    .returning('id'),
)

const dropHolds = statement<{ id: number; now: number; by: string }>(
  'dropHolds',
  (_db, arg) =>
    sql`UPDATE holds SET released_at = ${arg('now')}, released_by = ${arg('by')}
      WHERE task_id = ${arg('id')} AND released_at IS NULL`,
)

export interface Settlement {
  readonly outcome: Outcome
  readonly verified: boolean | null
  readonly by: string
  readonly reason: string
  readonly attemptId: number | null
}

/** Any unsettled state → settled, once. Whoever waited for this task is told in the same transaction. */
export function* settleTask(task: Task, how: Settlement, now: number): Script<boolean> {
  const done = how.outcome === 'done'
  const verified = done ? Number(how.verified === true) : null
  const { outcome, by, reason } = how
  if (!(yield* changed(toSettled, { id: task.id, outcome, verified, by, reason, now })))
    return false
  if (task.state === 'held') yield* all(dropHolds, { id: task.id, now, by: 'settled' })
  yield* record(
    now,
    { taskId: task.id, attemptId: how.attemptId },
    {
      kind: 'task.settled',
      outcome,
      verified: done ? how.verified === true : null,
      by,
      reason,
    },
  )
  const chain = yield* releaseFollowers(task, outcome, now)
  yield* landConvoys(task, outcome, chain, now)
  yield* afterReview(task, reason, now)
  yield* tally(`settled:${outcome}`, task.id, 1)
  return true
}
