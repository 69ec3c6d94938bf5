// A review: a task that judges another task's work by a decision. The judged task is held meanwhile, and always has
// exactly one live review or waits for a person. The maker of the work never judges it.

export const reviewDecisions = ['approve', 'changes', 'reject'] as const
export type ReviewDecision = (typeof reviewDecisions)[number]

export interface Review {
  /** The task that judges. */
  readonly taskId: number
  /** The task whose work is judged. */
  readonly judged: number
  /** The agent that made the work. */
  readonly maker: string
  /** Whether the work's check had said yes. */
  readonly verified: boolean
  readonly offeredAt: number
  readonly decision: ReviewDecision | null
  readonly text: string
  readonly decidedAt: number | null
  readonly decidedBy: string | null
}

/** The role that agents need to review. */
export const reviewerRole = 'reviewer'

/** After this many reviews in a row that ended without a decision a person decides. */
export const undecidedMax = 3
/** So many rounds of changes are worked in; what a further one asks for is shown to a person first. */
export const changesMax = 3

/** How many reviews in a row, the newest included, ended without a decision. `reviews` is oldest first. */
export const undecidedInRow = (reviews: readonly Review[]): number =>
  reviews.length - 1 - reviews.findLastIndex((one) => one.decision !== null)

/** How many rounds of changes there have been. */
export const changeRounds = (reviews: readonly Review[]): number =>
  reviews.filter((one) => one.decision === 'changes').length
