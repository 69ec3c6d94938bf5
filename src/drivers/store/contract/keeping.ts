// What keeps a store small, and what is kept for those who outlive a change.

import type { DutyTerm } from '../../../model/duty.ts'

export interface KeepingVerbs {
  /** Writes down a configuration under its hash; nothing when it is there. Asked before the first claim under it. */
  keepConfig(input: { hash: string; config: string; now: number }): Promise<void>
  /**
   * The hash under which an attempt was claimed, and the configuration kept for it (null when there is none). Null for an
   * attempt that is not there.
   */
  configOf(attemptId: number): Promise<{ hash: string; config: string | null } | null>
  /**
   * Deletes settled tasks (with attempts, holds and facts) older than `before`, at most `limit`; keeps `ever` keys and
   * every row that an unsettled task refers to. The only way to delete.
   */
  prune(input: {
    before: number
    limit: number
    now: number
    /** By duty: nothing is done under a term that is over. */
    by?: DutyTerm
  }): Promise<{ tasks: number }>
  /** How many tasks a first pass of it would delete; what they alone refer to goes with a later one. */
  prunable(input: { before: number }): Promise<{ tasks: number }>
}
