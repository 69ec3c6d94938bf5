// Tasks that stand together: one that judges another, and several that land as one.

import type { Convoy, ConvoyMember } from '../../../model/convoy.ts'
import type { Fenced } from '../../../model/refusal.ts'
import type { Review, ReviewDecision } from '../../../model/review.ts'
import type { EnqueueInput } from './shapes.ts'

/** The want of a review; which task it judges and what it waits for are the verb's to say. */
export type ReviewWant = Omit<EnqueueInput, 'key' | 'holds' | 'againOf'>

export interface TogetherVerbs {
  /**
   * taken → held by its review, which is made in the same transaction. The same fence as `settle`: refused unless the
   * task is taken by exactly this attempt.
   */
  offerReview(input: {
    taskId: number
    attemptId: number
    verified: boolean
    maker: string
    want: ReviewWant
    reason: string
    now: number
  }): Promise<Fenced<{ reviewTask: number }>>
  /**
   * A reviewer's or a person's decision. `approve` settles the judged task done, `reject` failed, `changes` makes it
   * ready again, uncharged, or holds it for a person after too many rounds. `attemptId` is the fence of a session: it
   * must hold the review. Decided once.
   */
  decideReview(input: {
    reviewTask: number
    attemptId: number | null
    decision: ReviewDecision
    text: string
    by: string
    now: number
  }): Promise<Fenced<{ judged: number; askedPerson: boolean }>>
  /** The reviews of a task's work, oldest first. */
  reviewsOf(judged: number): Promise<readonly Review[]>
  /** The review that a task is; null for any other task. */
  review(taskId: number): Promise<Review | null>
  /** Tasks that wait for a review although none of their reviews is live, at most `limit`. */
  unreviewed(limit: number): Promise<readonly number[]>
  /** Offers such a task's review again, or asks a person where nothing is left to offer. */
  mendReview(input: { judged: number; now: number }): Promise<{ offered: boolean }>

  /** Makes a convoy of these tasks; with `landing` also the task that lands it, held until all are done. */
  createConvoy(input: {
    title: string
    taskIds: readonly number[]
    landing: Omit<EnqueueInput, 'key' | 'holds' | 'againOf'> | null
    by: string
    now: number
  }): Promise<Convoy>
  /** Adds and removes members. Refused once it has landed, or its landing is under way. */
  changeConvoy(input: {
    convoyId: number
    add: readonly number[]
    remove: readonly number[]
    by: string
    now: number
  }): Promise<Fenced<{ convoy: Convoy }>>
  convoy(id: number): Promise<{ convoy: Convoy; members: readonly ConvoyMember[] } | null>
  /** Newest first, those older than `before` alone. */
  convoys(filter: { before?: number; limit: number }): Promise<readonly Convoy[]>
}
