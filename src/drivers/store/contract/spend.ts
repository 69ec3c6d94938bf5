// What was spent, asked by those who keep budgets.

import type { SpendBy, SpendLine } from '../../../model/spend.ts'

export interface SpendVerbs {
  /**
   * Spent by attempts that were claimed since then: by all, or by those of one account. Costs its quarters of an hour, not its
   * attempts; what was pruned since still counts, but for what lies before the first whole quarter.
   */
  spent(input: { since: number; account: string | null }): Promise<{ usd: number; tokens: number }>
  /** Tasks not yet settled whose attempts together cost at least so much, at most `limit`, with what they cost. */
  dearTasks(input: {
    atLeastUsd: number
    since: number
    limit: number
  }): Promise<readonly { taskId: number; usd: number }[]>
  /**
   * What attempts claimed within the span consumed, the dearest first, at most `limit` lines; for `all` one line, or none.
   * A task with two labels counts under both. Costs what the span holds.
   */
  spendOf(input: {
    since: number
    until: number
    by: SpendBy
    limit: number
  }): Promise<readonly SpendLine[]>
}
