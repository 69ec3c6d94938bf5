// seeQuota and quotas: one small row per account and period, overwritten by every newer word.

import { sql } from 'kysely'

import { isNews, type Quota, type QuotaStatus, type QuotaWord } from '../../../model/quota.ts'
import type { QuotasTable } from '../schema-quota.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'

const selectQuota = statement<{ account: string; period: string }, QuotasTable>(
  'selectQuota',
  (db, arg) =>
    db
      .selectFrom('quotas')
      .selectAll()
      .where('account', '=', arg('account'))
      .where('period', '=', arg('period')),
)
const putQuota = statement<{
  account: string
  period: string
  used: number | null
  renewsAt: number | null
  status: string
  now: number
}>(
  'putQuota',
  (_db, arg) =>
    sql`INSERT INTO quotas (account, period, used, renews_at, status, seen_at)
      VALUES (${arg('account')}, ${arg('period')}, ${arg('used')}, ${arg('renewsAt')}, ${arg('status')}, ${arg('now')})
      ON CONFLICT (account, period) DO UPDATE SET used = excluded.used, renews_at = excluded.renews_at,
        status = excluded.status, seen_at = excluded.seen_at
      WHERE quotas.seen_at <= excluded.seen_at`,
)
const selectOwner = statement<{ id: number }, { task_id: number }>('selectQuotaOwner', (db, arg) =>
  db.selectFrom('attempts').select('task_id').where('id', '=', arg('id')),
)

/** See Store.seeQuota. */
export function* seeQuota(input: {
  account: string
  attemptId: number
  words: readonly QuotaWord[]
  now: number
}): Script<void> {
  const { account, attemptId, now } = input
  const taskId = (yield* first(selectOwner, { id: attemptId }))?.task_id
  const subject = taskId === undefined ? {} : { taskId, attemptId }
  // In order, so that two sessions of one account never wait for each other.
  for (const word of input.words.toSorted((a, b) => (a.period < b.period ? -1 : 1))) {
    const { period, used, renewsAt, status } = word
    const row = yield* first(selectQuota, { account, period })
    if (row !== undefined && Number(row.seen_at) > now) continue
    yield* all(putQuota, { account, period, used, renewsAt, status, now })
    if (isNews(row && quotaFromRow(row), word))
      yield* record(now, subject, { kind: 'quota.seen', account, period, used, renewsAt, status })
  }
}

const selectQuotas = statement<object, QuotasTable>('selectQuotas', (db) =>
  db.selectFrom('quotas').selectAll().orderBy('account').orderBy('period'),
)

/** See Store.quotas. */
export function* quotas(): Script<readonly Quota[]> {
  return (yield* all(selectQuotas, {})).map(quotaFromRow)
}

const quotaFromRow = (row: QuotasTable): Quota => ({
  account: row.account,
  period: row.period,
  used: row.used === null ? null : Number(row.used),
  renewsAt: row.renews_at === null ? null : Number(row.renews_at),
  status: row.status as QuotaStatus,
  seenAt: Number(row.seen_at),
})
