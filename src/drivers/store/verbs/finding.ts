// liveHolds, firedByHour: each from an index, or over no more than the span that was asked for.

import { sql } from 'kysely'

import type { HoldKind } from '../../../model/hold.ts'
import type { HoldCursor, TitledHold } from '../contract/finding.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'

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

const hourMs = 3_600_000
const sumFired = statement<{ from: number }, { hour: number; fired: number }>(
  'sumFiredByHour',
  (_db, arg) =>
    sql<{ hour: number; fired: number }>`SELECT hour, sum(fired) AS fired FROM firings
      WHERE hour >= ${arg('from')} GROUP BY hour ORDER BY hour`,
)

/** See Store.firedByHour. */
export function* firedByHour(input: {
  since: number
}): Script<readonly { hour: number; fired: number }[]> {
  const rows = yield* all(sumFired, { from: Math.floor(input.since / hourMs) })
  return rows.map(({ hour, fired }) => ({ hour: Number(hour), fired: Number(fired) }))
}
