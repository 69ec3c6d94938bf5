// Somebody settled work that was being reviewed: its review has nothing left to judge, and a session at it is stopped.

import type { Script } from '../script.ts'
import { reviewsOf } from './review-rows.ts'
import { settleTask } from './settlement.ts'
import { lockTask } from './task.ts'
import { askStop } from './watch.ts'

/** Cancels the live review of this work, if it has one. */
export function* endReviews(judged: number, reason: string, by: string, now: number): Script<void> {
  for (const { taskId } of yield* reviewsOf(judged)) {
    const review = yield* lockTask(taskId)
    if (review === null || review.state === 'settled') continue
    const attemptId = review.state === 'taken' ? review.attemptId : null
    const why = `task ${judged} was settled by ${by}: ${reason}`
    const how = { outcome: 'cancelled' as const, verified: null, by, reason: why, attemptId }
    yield* settleTask(review, how, now)
    if (attemptId !== null) yield* askStop({ attemptIds: [attemptId], reason: why, by, now })
  }
}
