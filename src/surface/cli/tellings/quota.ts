// The sentence of what becomes known of quotas.

import { localTime } from '../../../base/when.ts'
import type { QuotaFact } from '../../../model/facts/quota.ts'
import { quotaName } from '../../../model/quota.ts'
import { type Tellings, told } from '../telling.ts'

const percent = (used: number): string => `${Math.round(used * 100)} %`

export const quotaTellings: Tellings<QuotaFact['kind']> = {
  'quota.seen': told(
    (f) => (f.status === 'rejected' ? 'bad' : f.status === 'warning' ? 'waiting' : 'aside'),
    (f) =>
      `account ${f.account}, ${quotaName(f.period)}: ${f.used === null ? f.status : `${percent(f.used)} used`}${
        f.renewsAt === null ? '' : `, renewed at ${localTime(f.renewsAt)}`
      }`,
  ),
}
