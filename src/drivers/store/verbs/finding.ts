// liveHolds, spentByAgent, addedBy: each from an index, or over no more than the span that was asked for.

import { sql } from 'kysely'

import type { HoldKind } from '../../../model/hold.ts'
import type { AgentSpend, HoldCursor, TitledHold } from '../contract/finding.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { firstSince } from './activity.ts'

type HoldPage = { kind: string; person: number; since: number; id: number; limit: number }
const selectLive = statement<HoldPage, HoldRow & { title: string }>(
  'selectLiveHolds',
  (_db, arg) =>
    sql<
      HoldRow & { title: string }
    >`SELECT h.*, t.title FROM holds h JOIN tasks t ON t.id = h.task_id
      WHERE h.kind = ${arg('kind')} AND h.needs_person = ${arg('person')} AND h.released_at IS NULL
      AND (h.since, h.id) > (${arg('since')}, ${arg('id')})
      ORDER BY h.since, h.id LIMIT ${arg('limit')}`,
)

/** See Store.liveHolds. */
export function* liveHolds(input: {
  kind: HoldKind
  needsPerson: boolean
  after: HoldCursor | null
  limit: number
}): Script<readonly TitledHold[]> {
  const { kind, needsPerson, after, limit } = input
  const { since, id } = after ?? { since: -1, id: 0 }
  const rows = yield* all(selectLive, { kind, person: Number(needsPerson), since, id, limit })
  return rows.map(({ title, ...row }) => ({ hold: holdFromRow(row), title }))
}

interface SpendRow {
  agent: string
  n: number
  usd: number
  input: number
  output: number
}
const sumByAgent = statement<{ from: number; to: number }, SpendRow>(
  'sumByAgent',
  (_db, arg, dialect) => {
    const of = (name: string) =>
      dialect === 'sqlite'
        ? sql`coalesce(sum(json_extract(usage_json, ${sql.lit(`$.${name}`)})), 0)`
        : sql`coalesce(sum((usage_json::json ->> ${sql.lit(name)})::float8), 0)`
    return sql<SpendRow>`SELECT agent, count(*) AS n, ${of('costUsd')} AS usd,
      ${of('inputTokens')} AS input, ${of('outputTokens')} AS output
      FROM attempts WHERE id >= ${arg('from')} AND id < ${arg('to')} GROUP BY agent ORDER BY agent`
  },
)

/** See Store.spentByAgent. */
export function* spentByAgent(input: {
  since: number
  until: number
}): Script<readonly AgentSpend[]> {
  const from = yield* firstSince('attempts', input.since)
  const to = yield* firstSince('attempts', input.until)
  return (yield* all(sumByAgent, { from, to })).map(({ agent, n, usd, input, output }) => ({
    agent,
    attempts: Number(n),
    usd: Number(usd),
    inputTokens: Number(input),
    outputTokens: Number(output),
  }))
}

const countAdded = statement<{ by: string }, { n: number }>(
  'countAdded',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM tasks WHERE created_by = ${arg('by')}
      AND created_by LIKE 'attempt %'`,
)

/** See Store.addedBy. */
export function* addedBy(attemptId: number): Script<number> {
  return Number((yield* first(countAdded, { by: `attempt ${attemptId}` }))?.n ?? 0)
}
