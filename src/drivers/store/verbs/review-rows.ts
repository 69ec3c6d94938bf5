// The rows of reviews: read, put, and what a task in review waits for.

import { sql } from 'kysely'

import type { Hold } from '../../../model/hold.ts'
import type { Review, ReviewDecision } from '../../../model/review.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import type { ReviewsTable } from '../schema-together.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

const selectReview = statement<{ taskId: number }, ReviewsTable>('selectReview', (db, arg) =>
  db.selectFrom('reviews').selectAll().where('task_id', '=', arg('taskId')),
)
const selectReviewsOf = statement<{ judged: number }, ReviewsTable>('selectReviewsOf', (db, arg) =>
  db.selectFrom('reviews').selectAll().where('judged', '=', arg('judged')).orderBy('task_id'),
)
const insertReview = statement<{
  taskId: number
  judged: number
  maker: string
  verified: number
  now: number
}>('insertReview', (db, arg) =>
  db.insertInto('reviews').values({
    task_id: arg('taskId'),
    judged: arg('judged'),
    maker: arg('maker'),
    verified: arg('verified'),
    offered_at: arg('now'),
    text: '',
  }),
)
const selectReviewHold = statement<{ judged: number }, HoldRow>(
  'selectReviewHold',
  (_db, arg) =>
    sql<HoldRow>`SELECT * FROM holds WHERE task_id = ${arg('judged')} AND kind = 'review'
      AND released_at IS NULL LIMIT 1`,
)

/** See Store.review. */
export function* review(taskId: number): Script<Review | null> {
  const row = yield* first(selectReview, { taskId })
  return row === undefined ? null : reviewFromRow(row)
}

/** See Store.reviewsOf. */
export function* reviewsOf(judged: number): Script<readonly Review[]> {
  return (yield* all(selectReviewsOf, { judged })).map(reviewFromRow)
}

/** A new review of this work. */
export function* putReview(
  input: { taskId: number; judged: number; maker: string; verified: boolean },
  now: number,
): Script<void> {
  yield* all(insertReview, { ...input, verified: Number(input.verified), now })
}

/** The live hold by which a task waits for its review; null when it waits for none. */
export function* reviewHold(judged: number): Script<Hold | null> {
  const row = yield* first(selectReviewHold, { judged })
  return row === undefined ? null : holdFromRow(row)
}

const reviewFromRow = (row: ReviewsTable): Review => ({
  taskId: row.task_id,
  judged: row.judged,
  maker: row.maker,
  verified: row.verified === 1,
  offeredAt: row.offered_at,
  decision: row.decision as ReviewDecision | null,
  text: row.text,
  decidedAt: row.decided_at,
  decidedBy: row.decided_by,
})
