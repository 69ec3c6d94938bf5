// What happened between tasks: reviews of one by another, and convoys of several.

import type { ReviewDecision } from '../review.ts'

export type TogetherFact =
  | { kind: 'review.offered'; reviewTask: number; maker: string }
  | {
      kind: 'review.decided'
      reviewTask: number
      decision: ReviewDecision
      text: string
      by: string
    }
  | { kind: 'review.undecided'; reviewTask: number; reason: string; inRow: number }
  | {
      kind: 'convoy.created'
      convoyId: number
      title: string
      tasks: readonly number[]
      by: string
    }
  | {
      kind: 'convoy.changed'
      convoyId: number
      added: readonly number[]
      removed: readonly number[]
      by: string
    }
  | { kind: 'convoy.landed'; convoyId: number; tasks: number }
