// What accounts may still use, as clients told it.

import type { Quota, QuotaWord } from '../../../model/quota.ts'

export interface QuotaVerbs {
  /** Notes what a session's client told of its account. An older word than the known one is left out. */
  seeQuota(input: {
    account: string
    attemptId: number
    words: readonly QuotaWord[]
    now: number
  }): Promise<void>
  /** The last word on every period of every account, by account and period. */
  quotas(): Promise<readonly Quota[]>
}
