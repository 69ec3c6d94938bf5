// What becomes known of the quotas of accounts.

import type { QuotaStatus } from '../quota.ts'

export type QuotaFact = {
  kind: 'quota.seen'
  account: string
  period: string
  /** 0 to 1; null where the client told none. */
  used: number | null
  renewsAt: number | null
  status: QuotaStatus
}
