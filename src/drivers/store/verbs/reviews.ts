// A review's offer and its decision. Both are fenced like a settlement: the first by the maker's attempt, the second by
// the reviewer's, or it is a person's word. A decision falls once.

import { sql } from 'kysely'

import { type Fenced, refusal } from '../../../model/refusal.ts'
import {
  changeRounds,
  changesMax,
  type Review,
  type ReviewDecision,
} from '../../../model/review.ts'
import type { Task } from '../../../model/task.ts'
import type { ReviewWant } from '../contract/together.ts'
import { changed, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record, refuse } from './facts.ts'
import { insertHold } from './hold.ts'
import { releaseHold } from './release.ts'
import { askPerson, makeReview } from './review-offer.ts'
import { review as reviewRow, reviewHold, reviewsOf } from './review-rows.ts'
import { staleClaim, takenToHeld } from './settle.ts'
import { settleTask } from './settlement.ts'
import { lockTask } from './task.ts'

/** See Store.offerReview. */
export function* offerReview(input: {
  taskId: number
  attemptId: number
  verified: boolean
  maker: string
  want: ReviewWant
  reason: string
  now: number
}): Script<Fenced<{ reviewTask: number }>> {
  const { taskId, attemptId, want, reason, now } = input
  const task = yield* lockTask(taskId)
  const stale = staleClaim(taskId, task, attemptId)
  if (stale !== null) return yield* refuse(now, { taskId, attemptId }, 'offerReview', stale)
  yield* record(now, { taskId, attemptId }, { kind: 'task.returned', reason, charged: false })
  yield* changed(takenToHeld, { id: taskId })
  const reviewTask = yield* makeReview(taskId, want, input)
  yield* insertHold(taskId, { kind: 'review', reviewTask }, now)
  return { ok: true, reviewTask }
}

const decide = statement<
  { taskId: number; decision: string; text: string; by: string; now: number },
  { task_id: number }
>(
  'decideReview',
  (_db, arg) =>
    sql<{
      task_id: number
    }>`UPDATE reviews SET decision = ${arg('decision')}, text = ${arg('text')},
      decided_at = ${arg('now')}, decided_by = ${arg('by')}
      WHERE task_id = ${arg('taskId')} AND decision IS NULL RETURNING task_id`,
)

export interface DecideInput {
  readonly reviewTask: number
  readonly attemptId: number | null
  readonly decision: ReviewDecision
  readonly text: string
  readonly by: string
  readonly now: number
}

/** See Store.decideReview. */
export function* decideReview(
  input: DecideInput,
): Script<Fenced<{ judged: number; askedPerson: boolean }>> {
  const { reviewTask, attemptId, decision, text, by, now } = input
  const found = yield* reviewRow(reviewTask)
  if (found === null)
    return no(
      'review.missing',
      `task ${reviewTask} is no review`,
      '`midwatch review TASK` shows them',
    )
  const { judged } = found
  const work = yield* lockTask(judged) // the older task first, as every verb locks them
  const task = yield* lockTask(reviewTask)
  const subject = { taskId: reviewTask, attemptId }
  const why = whyNot(found, task, work, attemptId)
  if (why !== null) return yield* refuse(now, subject, 'decideReview', why)
  if (task === null || work === null) return no('review.missing', 'it is gone', 'nothing to do')
  yield* changed(decide, { taskId: reviewTask, decision, text, by, now })
  const fact = { kind: 'review.decided' as const, reviewTask, decision, text, by }
  yield* record(now, { taskId: judged }, fact)
  const settled = { outcome: 'done' as const, verified: false, by, attemptId }
  yield* settleTask(task, { ...settled, reason: `decided: ${decision}` }, now)
  return { ok: true, judged, askedPerson: yield* carryOut(work, found, input) }
}

/** What the decision does to the judged task; true when a person is asked. */
function* carryOut(work: Task, review: Review, input: DecideInput): Script<boolean> {
  const { decision, text, by, now } = input
  const hold = yield* reviewHold(work.id)
  if (decision === 'changes') {
    if (hold === null) return false
    const reviews = yield* reviewsOf(work.id)
    if (changeRounds(reviews) <= changesMax) {
      yield* releaseHold(hold, `${by} asks for changes`, now)
      return false
    }
    const question = `a review asks for changes for the ${changeRounds(reviews)}th time (${text}); release it for another round, or settle it`
    yield* askPerson(hold, question, now)
    return true
  }
  const approved = decision === 'approve'
  const reason = approved ? `approved by ${by}${text === '' ? '' : `: ${text}`}` : text
  const outcome = approved ? ('done' as const) : ('failed' as const)
  const verified = approved || review.verified
  yield* settleTask(work, { outcome, verified, by, reason, attemptId: null }, now)
  return false
}

function whyNot(review: Review, task: Task | null, work: Task | null, attemptId: number | null) {
  if (review.decision !== null)
    return refusal(
      'review.decided',
      `that review was decided by ${review.decidedBy}: ${review.decision}`,
      'a decision falls once',
    )
  if (work?.state === 'settled')
    return refusal(
      'task.settled',
      `task ${review.judged} is already settled: ${work.outcome}`,
      `\`midwatch again ${review.judged}\` makes a new one`,
    )
  if (task === null || task.state === 'settled')
    return refusal(
      'review.over',
      `review ${review.taskId} is over without a decision`,
      `\`midwatch review ${review.judged}\` shows the one that was offered instead`,
    )
  if (attemptId !== null && (task.state !== 'taken' || task.attemptId !== attemptId))
    return refusal(
      'fence.stale',
      `attempt ${attemptId} no longer holds review ${review.taskId}`,
      'nothing to do: somebody else reviews',
    )
  return null
}

const no = (code: string, sentence: string, remedy: string) => ({
  ok: false as const,
  refusal: refusal(code, sentence, remedy),
})
