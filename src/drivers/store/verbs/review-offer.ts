// Offering reviews: the first one when the work is done, and another when one ended without a decision. In the same
// transaction, so that a task in review is never without one (S2: issues that waited for reviews that never came).

import { sql } from 'kysely'

import type { Hold, Release } from '../../../model/hold.ts'
import { type Review, undecidedInRow, undecidedMax } from '../../../model/review.ts'
import type { Task } from '../../../model/task.ts'
import type { ReviewWant } from '../contract/together.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { insertHold } from './hold.ts'
import { enqueue } from './intake.ts'
import { releaseHold } from './release.ts'
import { putReview, reviewHold, reviewsOf } from './review-rows.ts'
import { lockTask } from './task.ts'

const pointHold = statement<{ id: number; release: string }>('pointHold', (db, arg) =>
  db
    .updateTable('holds')
    .set({ release_json: arg('release') })
    .where('id', '=', arg('id')),
)

/** Makes the review's task and its row. */
export function* makeReview(
  judged: number,
  want: ReviewWant,
  { maker, verified }: Pick<Review, 'maker' | 'verified'>,
): Script<number> {
  const origin = { kind: 'review', taskId: judged } as const
  const { task } = yield* enqueue({ ...want, key: null, holds: [], againOf: null, origin })
  yield* putReview({ taskId: task.id, judged, maker, verified }, want.now)
  const fact = { kind: 'review.offered' as const, reviewTask: task.id, maker }
  yield* record(want.now, { taskId: judged }, fact)
  return task.id
}

/**
 * A review has settled. When nobody decided it and its work still waits for it, the work is offered again, or, after too
 * many in a row, shown to a person.
 */
export function* afterReview(settled: Task, reason: string, now: number): Script<void> {
  const judged = settled.order.reviewOf
  if (judged === undefined) return
  const task = yield* lockTask(judged)
  const hold = yield* reviewHold(judged)
  if (task?.state !== 'held' || hold === null) return
  const reviews = yield* reviewsOf(judged)
  const last = reviews.find((one) => one.taskId === settled.id)
  if (last === undefined || last.decision !== null) return
  const inRow = undecidedInRow(reviews)
  const fact = { kind: 'review.undecided' as const, reviewTask: settled.id, reason, inRow }
  yield* record(now, { taskId: judged }, fact)
  if (inRow >= undecidedMax)
    return yield* askPerson(
      hold,
      `${inRow} reviews in a row ended without a decision, the last one: ${reason}; decide it`,
      now,
    )
  const { title, priority, demand, order, attemptsMax, createdBy: by } = settled
  const want = { title, priority, demand, order, attemptsMax, by, now }
  const reviewTask = yield* makeReview(judged, want, last)
  yield* all(pointHold, { id: hold.id, release: JSON.stringify({ kind: 'review', reviewTask }) })
}

/** Instead of a review a person decides: told by an incident, released by a decision or by `midwatch release`. */
export function* askPerson(hold: Hold, question: string, now: number): Script<void> {
  const { taskId } = hold
  const release: Release = { kind: 'person', question, told: 'the incident list' }
  yield* insertHold(taskId, release, now)
  yield* releaseHold(hold, 'a person is asked', now)
}

const selectOrphans = statement<{ limit: number }, { task_id: number }>(
  'selectUnreviewed',
  (_db, arg) =>
    sql<{
      task_id: number
    }>`SELECT h.task_id FROM holds h WHERE h.kind = 'review' AND h.released_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM reviews r JOIN tasks t ON t.id = r.task_id
        WHERE r.judged = h.task_id AND t.state <> 'settled')
      ORDER BY h.task_id LIMIT ${arg('limit')}`,
)

/** See Store.unreviewed. */
export function* unreviewed(limit: number): Script<readonly number[]> {
  return (yield* all(selectOrphans, { limit })).map((row) => row.task_id)
}

/** See Store.mendReview. */
export function* mendReview(input: { judged: number; now: number }): Script<{ offered: boolean }> {
  const task = yield* lockTask(input.judged)
  const hold = yield* reviewHold(input.judged)
  if (task?.state !== 'held' || hold === null) return { offered: false }
  const last = (yield* reviewsOf(input.judged)).at(-1)
  const settled = last === undefined ? null : yield* lockTask(last.taskId)
  if (settled !== null && settled.state !== 'settled') return { offered: false }
  // One whose own order does not say whom it judges cannot be made anew from it.
  const isWhole = settled?.order.reviewOf === input.judged
  if (last === undefined || settled === null || last.decision !== null || !isWhole)
    yield* askPerson(hold, 'its review is gone; decide it', input.now)
  else yield* afterReview(settled, 'its review was gone', input.now)
  return { offered: true }
}
