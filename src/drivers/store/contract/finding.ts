// What people look for: holds of a kind page by page, how often things fired, and how much a session has added.

import type { Hold, HoldKind } from '../../../model/hold.ts'

/** Where a page of holds ended. */
export interface HoldCursor {
  readonly since: number
  readonly id: number
}

/** A live hold with the title of its task. */
export interface TitledHold {
  readonly hold: Hold
  readonly title: string
}

export interface FindingVerbs {
  /** Live holds of a kind, the oldest first: those that need a person, or the others. */
  liveHolds(input: {
    kind: HoldKind
    needsPerson: boolean
    after: HoldCursor | null
    limit: number
  }): Promise<readonly TitledHold[]>
  /** How often mechanisms fired in each hour (since the epoch) from `since` on, on all hosts. Kept for eight days. */
  firedByHour(input: { since: number }): Promise<readonly { hour: number; fired: number }[]>
}
