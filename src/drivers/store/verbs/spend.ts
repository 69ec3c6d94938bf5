// spent, dearTasks and spendOf: what budgets ask comes from the ledger; the sums of a report are over the attempts of a span,
// found by the ids that grow with time.

import { type RawBuilder, sql } from 'kysely'

import { accountLane } from '../../../model/account.ts'
import type { SpendBy, SpendLine } from '../../../model/spend.ts'
import { all, first, type Script } from '../script.ts'
import { type DialectName, statement } from '../statement.ts'
import { firstSince } from './activity.ts'
import { quarterMs, spentFrom } from './spending.ts'

const numberIn = (name: string, dialect: DialectName) =>
  dialect === 'sqlite'
    ? sql`coalesce(json_extract(usage_json, ${sql.lit(`$.${name}`)}), 0)`
    : sql`coalesce((usage_json::json ->> ${sql.lit(name)})::float8, 0)`

const sumSpent = statement<
  { from: number; before: number; lane: string },
  { usd: number; tokens: number }
>(
  'sumSpent',
  (_db, arg, dialect) =>
    sql<{
      usd: number
      tokens: number
    }>`SELECT coalesce(sum(${numberIn('costUsd', dialect)}), 0) AS usd,
      coalesce(sum(${numberIn('inputTokens', dialect)} + ${numberIn('outputTokens', dialect)}), 0) AS tokens
      FROM attempts WHERE id >= ${arg('from')} AND id < ${arg('before')} AND lanes_json LIKE ${arg('lane')}`,
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

/** See Store.spent. What is left of a quarter is read from its attempts, all else from the ledger. */
export function* spent(input: {
  since: number
  account: string | null
}): Script<{ usd: number; tokens: number }> {
  const { since, account } = input
  const quarter = Math.ceil(since / quarterMs)
  const kept = yield* spentFrom(quarter, account)
  if (quarter * quarterMs === since) return kept
  const from = yield* firstSince('attempts', since)
  const before = yield* firstSince('attempts', quarter * quarterMs)
  const lane = account === null ? '%' : `%"${accountLane(account)}"%`
  const row = yield* first(sumSpent, { from, before, lane })
  return {
    usd: kept.usd + Number(row?.usd ?? 0),
    tokens: kept.tokens + Number(row?.tokens ?? 0),
  }
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

interface SumRow {
  name: string | number
  attempts: number
  input: number
  output: number
  usd: number
  wasted: number
}
type SumArgs = { from: number; before: number; limit: number }

const labelsOf = (dialect: DialectName) =>
  dialect === 'sqlite'
    ? sql`JOIN json_each(json_extract(d.demand_json, '$.labels')) k`
    : sql`CROSS JOIN LATERAL json_array_elements_text(d.demand_json::json -> 'labels') AS k(value)`
const lanesOf = (dialect: DialectName) =>
  dialect === 'sqlite'
    ? sql`JOIN json_each(a.lanes_json) k`
    : sql`CROSS JOIN LATERAL json_array_elements_text(a.lanes_json::json) AS k(value)`

interface Summing {
  readonly name: RawBuilder<unknown>
  readonly more?: RawBuilder<unknown>
  readonly where?: RawBuilder<unknown>
}

/** By what is summed: the name of a line, and what has to be joined for it. */
const sumBy: Readonly<Record<SpendBy, (dialect: DialectName) => Summing>> = {
  all: () => ({ name: sql`'all'` }),
  agent: () => ({ name: sql`a.agent` }),
  task: () => ({ name: sql`a.task_id` }),
  account: (dialect: DialectName) => ({
    name: sql`substr(k.value, 9)`,
    more: lanesOf(dialect),
    where: sql`AND k.value LIKE 'account:%'`,
  }),
  label: (dialect: DialectName) => ({
    name: sql`k.value`,
    more: sql`JOIN tasks t ON t.id = a.task_id JOIN demands d ON d.id = t.demand_id ${labelsOf(dialect)}`,
  }),
}

const sumOf = (by: SpendBy) =>
  statement<SumArgs, SumRow>(`sum by ${by}`, (_db, arg, dialect) => {
    const { name, more = sql``, where = sql`` } = sumBy[by](dialect)
    return sql<SumRow>`SELECT ${name} AS name, count(*) AS attempts,
      sum(${numberIn('inputTokens', dialect)}) AS input, sum(${numberIn('outputTokens', dialect)}) AS output,
      sum(${numberIn('costUsd', dialect)}) AS usd,
      sum(CASE WHEN a.state = 'ended' AND a.class <> 'success' THEN ${numberIn('costUsd', dialect)} ELSE 0 END) AS wasted
      FROM attempts a ${more} WHERE a.id >= ${arg('from')} AND a.id < ${arg('before')} ${where}
      GROUP BY 1 ORDER BY usd DESC, attempts DESC, name LIMIT ${arg('limit')}`
  })
const sums = {
  all: sumOf('all'),
  agent: sumOf('agent'),
  account: sumOf('account'),
  label: sumOf('label'),
  task: sumOf('task'),
}

/** See Store.spendOf. */
export function* spendOf(input: {
  since: number
  until: number
  by: SpendBy
  limit: number
}): Script<readonly SpendLine[]> {
  const { since, until, by, limit } = input
  const from = yield* firstSince('attempts', since)
  const before = yield* firstSince('attempts', until)
  const rows = yield* all(sums[by], { from, before, limit })
  return rows.map((row) => ({
    name: String(row.name),
    attempts: Number(row.attempts),
    inputTokens: Number(row.input),
    outputTokens: Number(row.output),
    costUsd: Number(row.usd),
    wastedUsd: Number(row.wasted),
  }))
}
