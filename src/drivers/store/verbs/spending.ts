// The ledger of what was spent, by account and quarter of an hour: written with every word an attempt tells of its usage, in
// the same transaction, so that nobody has to add up a month of attempts.

import { sql } from 'kysely'

import { accountLane } from '../../../model/account.ts'
import type { Attempt, Usage } from '../../../model/attempt.ts'
import { add, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

export const quarterMs = 900_000

/** The account under which everything counts. */
const everybody = ''

const addSpent = statement<{ account: string; quarter: number; usd: number; tokens: number }>(
  'addSpent',
  (_db, arg) =>
    sql`INSERT INTO spending (account, quarter, usd, tokens)
      VALUES (${arg('account')}, ${arg('quarter')}, ${arg('usd')}, ${arg('tokens')})
      ON CONFLICT (account, quarter) DO UPDATE SET usd = spending.usd + excluded.usd,
        tokens = spending.tokens + excluded.tokens`,
)
const sumQuarters = statement<{ account: string; from: number }, { usd: number; tokens: number }>(
  'sumQuarters',
  (_db, arg) =>
    sql<{
      usd: number
      tokens: number
    }>`SELECT coalesce(sum(usd), 0) AS usd, coalesce(sum(tokens), 0) AS tokens FROM spending
      WHERE account = ${arg('account')} AND quarter >= ${arg('from')}`,
)

/**
 * Adds what `told` says beyond what `attempt` had told before, to the quarter in which it was claimed. Many attempts share these
 * rows, and who holds them should wait for nobody else: they are totals, which come last and in one order.
 */
export function* countSpent(attempt: Attempt, told: Usage): Script<void> {
  const before = attempt.usage
  const usd = (told.costUsd ?? 0) - (before?.costUsd ?? 0)
  const tokens = tokensOf(told) - (before === null ? 0 : tokensOf(before))
  if (usd === 0 && tokens === 0) return
  const quarter = Math.floor(attempt.claimedAt / quarterMs)
  const prefix = accountLane('')
  const accounts = attempt.lanes
    .filter((lane) => lane.startsWith(prefix))
    .map((lane) => lane.slice(prefix.length))
  for (const account of [everybody, ...new Set(accounts.toSorted())])
    yield* add(addSpent, { account, quarter }, { usd, tokens })
}

const tokensOf = ({ inputTokens, outputTokens }: Usage): number => inputTokens + outputTokens

/** What was spent from this quarter on, by one account or (null) by all. */
export function* spentFrom(
  quarter: number,
  account: string | null,
): Script<{ usd: number; tokens: number }> {
  const row = yield* first(sumQuarters, { account: account ?? everybody, from: quarter })
  return { usd: Number(row?.usd ?? 0), tokens: Number(row?.tokens ?? 0) }
}
