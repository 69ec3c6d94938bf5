// spent and dearTasks: sums over the attempts of a span, found by the ids that grow with time.

import { sql } from 'kysely'

import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { firstSince } from './activity.ts'

const numberIn = (name: string, dialect: 'sqlite' | 'postgres') =>
  dialect === 'sqlite'
    ? sql`coalesce(json_extract(usage_json, ${sql.lit(`$.${name}`)}), 0)`
    : sql`coalesce((usage_json::json ->> ${sql.lit(name)})::float8, 0)`

const sumSpent = statement<{ from: number; lane: string }, { usd: number; tokens: number }>(
  'sumSpent',
  (_db, arg, dialect) =>
    sql<{
      usd: number
      tokens: number
    }>`SELECT coalesce(sum(${numberIn('costUsd', dialect)}), 0) AS usd,
      coalesce(sum(${numberIn('inputTokens', dialect)} + ${numberIn('outputTokens', dialect)}), 0) AS tokens
      FROM attempts WHERE id >= ${arg('from')} AND lanes_json LIKE ${arg('lane')}`,
)
const selectDear = statement<
  { from: number; least: number; limit: number },
  { task_id: number; usd: number }
>(
  'selectDear',
  (_db, arg, dialect) =>
    sql<{
      task_id: number
      usd: number
    }>`SELECT a.task_id, sum(${numberIn('costUsd', dialect)}) AS usd
      FROM attempts a JOIN tasks t ON t.id = a.task_id
      WHERE a.id >= ${arg('from')} AND t.state IN ('ready', 'held')
      GROUP BY a.task_id HAVING sum(${numberIn('costUsd', dialect)}) >= ${arg('least')}
      ORDER BY a.task_id LIMIT ${arg('limit')}`,
)

/** See Store.spent. */
export function* spent(input: {
  since: number
  account: string | null
}): Script<{ usd: number; tokens: number }> {
  const from = yield* firstSince('attempts', input.since)
  const lane = input.account === null ? '%' : `%"account:${input.account}"%`
  const row = yield* first(sumSpent, { from, lane })
  return { usd: Number(row?.usd ?? 0), tokens: Number(row?.tokens ?? 0) }
}

/** See Store.dearTasks. */
export function* dearTasks(input: {
  atLeastUsd: number
  since: number
  limit: number
}): Script<readonly { taskId: number; usd: number }[]> {
  const from = yield* firstSince('attempts', input.since)
  const rows = yield* all(selectDear, { from, least: input.atLeastUsd, limit: input.limit })
  return rows.map(({ task_id, usd }) => ({ taskId: task_id, usd: Number(usd) }))
}
