// Incidents: the same problem again is a count, not a second incident; one that comes back soon after its end goes on
// without a second message; who was told is written only when telling succeeded.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import {
  type Incident,
  type IncidentData,
  type IncidentMove,
  mergeData,
  noData,
  readData,
} from '../../../model/incident.ts'
import type { IncidentsTable } from '../schema.ts'
import { incidentFromRow } from '../rows.ts'
import { all, changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'

type Row = Omit<IncidentsTable, 'id'> & { id: number }

/** The newest of that key, locked: whether it is open, or was not long ago, decides what happens. */
const selectNewest = statement<{ key: string }, Row>('selectNewestIncident', (db, arg, dialect) => {
  const newest = db
    .selectFrom('incidents')
    .selectAll()
    .where('key', '=', arg('key'))
    .orderBy('id', 'desc')
    .limit(1)
  return dialect === 'postgres' ? newest.forUpdate() : newest
})
const putIncident = statement<
  { key: string; title: string; data: string; now: number },
  { count: number }
>(
  'putIncident',
  (_db, arg) =>
    sql<{ count: number }>`INSERT INTO incidents (key, title, opened_at, last_at, count, data_json)
        VALUES (${arg('key')}, ${arg('title')}, ${arg('now')}, ${arg('now')}, 1, ${arg('data')})
        ON CONFLICT (key) WHERE resolved_at IS NULL
        DO UPDATE SET count = incidents.count + 1, last_at = excluded.last_at RETURNING count`,
)
const growIncident = statement<{ id: number; data: string; now: number }>(
  'growIncident',
  (_db, arg) =>
    sql`UPDATE incidents SET count = count + 1, last_at = ${arg('now')}, data_json = ${arg('data')}
      WHERE id = ${arg('id')}`,
)
/** Open again. What was swallowed untold, as a part of another, is untold still: its marks were set as it was resolved. */
const reopenIncident = statement<{ id: number; data: string; now: number }>(
  'reopenIncident',
  (_db, arg) =>
    sql`UPDATE incidents SET count = count + 1, last_at = ${arg('now')}, data_json = ${arg('data')},
      end_told_at = CASE WHEN resolved_by LIKE 'part of %' AND told_at = resolved_at THEN NULL ELSE end_told_at END,
      told_at = CASE WHEN resolved_by LIKE 'part of %' AND told_at = resolved_at THEN NULL ELSE told_at END,
      resolved_at = NULL, resolved_by = NULL WHERE id = ${arg('id')}`,
)
const endIncident = statement<{ key: string; by: string; now: number }, { id: number }>(
  'endIncident',
  (db, arg) =>
    db
      .updateTable('incidents')
      .set({ resolved_at: arg('now'), resolved_by: arg('by') })
      .where('key', '=', arg('key'))
      .where('resolved_at', 'is', null)
      .returning('id'),
)
/** Resolved, and neither its beginning nor its end is worth a message any more. */
const swallowIncident = statement<{ key: string; by: string; now: number }, { id: number }>(
  'swallowIncident',
  (_db, arg) =>
    sql<{
      id: number
    }>`UPDATE incidents SET resolved_at = ${arg('now')}, resolved_by = ${arg('by')},
      told_at = coalesce(told_at, ${arg('now')}), end_told_at = ${arg('now')}
      WHERE key = ${arg('key')} AND resolved_at IS NULL RETURNING id`,
)
interface Page {
  before: number
  limit: number
}
const selectIncidents = statement<Page, Row>(
  'selectIncidents',
  (_db, arg) =>
    sql<Row>`SELECT * FROM incidents WHERE id < ${arg('before')} ORDER BY id DESC LIMIT ${arg('limit')}`,
)
// `+id` keeps the planner from walking every incident there ever was only to spare a sort of the few open ones.
const selectOpenIncidents = statement<Page, Row>(
  'selectOpenIncidents',
  (_db, arg) =>
    sql<Row>`SELECT * FROM incidents WHERE resolved_at IS NULL AND +id < ${arg('before')}
      ORDER BY +id DESC LIMIT ${arg('limit')}`,
)
const selectIncident = statement<{ id: number }, Row>('selectIncident', (db, arg) =>
  db.selectFrom('incidents').selectAll().where('id', '=', arg('id')),
)
const selectNewestOf = statement<{ key: string }, Row>('selectNewestOfKey', (db, arg) =>
  db
    .selectFrom('incidents')
    .selectAll()
    .where('key', '=', arg('key'))
    .orderBy('id', 'desc')
    .limit(1),
)

/** Carries out one move. */
export function* moveIncident(move: IncidentMove, now: number): Script<void> {
  switch (move.do) {
    case 'open':
      yield* open(move, now)
      return
    case 'join': {
      const row = yield* first(selectNewest, { key: move.key })
      if (row === undefined || row.resolved_at !== null) return
      yield* grow(row, move.data, now)
      return
    }
    case 'absorb':
      if (yield* changed(swallowIncident, { key: move.key, by: `part of ${move.into}`, now }))
        yield* record(
          now,
          {},
          { kind: 'incident.resolved', key: move.key, by: `part of ${move.into}` },
        )
      return
    case 'resolve':
      yield* resolveIncident({ key: move.key, by: move.by, now })
  }
}

interface Opening {
  readonly key: string
  readonly title: string
  readonly data: IncidentData
  readonly reopenMs: number
}

function* open({ key, title, data, reopenMs }: Opening, now: number): Script<boolean> {
  const newest = yield* first(selectNewest, { key })
  if (newest !== undefined && newest.resolved_at === null) {
    yield* grow(newest, data, now)
    return false
  }
  if (newest !== undefined && now - (newest.resolved_at ?? 0) <= reopenMs) {
    yield* all(reopenIncident, { id: newest.id, data: merged(newest, data), now })
    yield* record(now, {}, { kind: 'incident.reopened', key, title })
    return false
  }
  const put = yield* first(putIncident, { key, title, data: JSON.stringify(data), now })
  const { count } = present(put, 'an incident put returns its count')
  if (Number(count) > 1) return false
  yield* record(now, {}, { kind: 'incident.opened', key, title })
  return true
}

function* grow(row: Row, more: IncidentData, now: number): Script<void> {
  yield* all(growIncident, { id: row.id, data: merged(row, more), now })
}

const merged = (row: Row, more: IncidentData): string =>
  JSON.stringify(mergeData(readData(row.data_json), more))

/** See Store.openIncident. */
export function* openIncident(input: {
  key: string
  title: string
  data?: IncidentData
  now: number
}): Script<{ opened: boolean }> {
  const { key, title, data = noData, now } = input
  return { opened: yield* open({ key, title, data, reopenMs: -1 }, now) }
}

/** See Store.resolveIncident. */
export function* resolveIncident(input: { key: string; by: string; now: number }): Script<void> {
  const { key, by, now } = input
  if (yield* changed(endIncident, { key, by, now }))
    yield* record(now, {}, { kind: 'incident.resolved', key, by })
}

const untell = statement<{ key: string; now: number }, { id: number }>(
  'untell',
  (_db, arg) =>
    sql<{
      id: number
    }>`UPDATE incidents SET told_at = NULL, tell_after = 0, tell_tries = 0, last_at = ${arg('now')},
      count = count + 1 WHERE key = ${arg('key')} AND resolved_at IS NULL RETURNING id`,
)

/** An open incident is told of once more: a reminder. */
export function* tellAnew({ key, now }: { key: string; now: number }): Script<boolean> {
  return yield* changed(untell, { key, now })
}

/** See Store.incidents. */
export function* incidents(filter: {
  openOnly: boolean
  before?: number
  limit: number
}): Script<readonly Incident[]> {
  const { openOnly, before = Number.MAX_SAFE_INTEGER, limit } = filter
  const rows = yield* all(openOnly ? selectOpenIncidents : selectIncidents, { before, limit })
  return rows.map(incidentFromRow)
}

/** See Store.incident. */
export function* incident(which: { id: number } | { key: string }): Script<Incident | null> {
  const row =
    'id' in which ? yield* first(selectIncident, which) : yield* first(selectNewestOf, which)
  return row === undefined ? null : incidentFromRow(row)
}

const selectUntold = statement<{ now: number; limit: number }, Row>(
  'selectUntold',
  (_db, arg, dialect) =>
    sql<Row>`SELECT * FROM incidents WHERE (told_at IS NULL OR end_told_at IS NULL) AND tell_after <= ${arg('now')}
      AND ((resolved_at IS NULL AND told_at IS NULL)
        OR (resolved_at IS NOT NULL AND told_at IS NOT NULL AND end_told_at IS NULL))
      ORDER BY id LIMIT ${arg('limit')} ${dialect === 'postgres' ? sql`FOR UPDATE SKIP LOCKED` : sql``}`,
)
const takeUntold = statement<{ id: number; until: number }>(
  'takeUntold',
  (_db, arg) => sql`UPDATE incidents SET tell_after = ${arg('until')} WHERE id = ${arg('id')}`,
)
const markTold = statement<{ id: number; now: number }>(
  'markTold',
  (_db, arg) =>
    sql`UPDATE incidents SET told_at = coalesce(told_at, ${arg('now')}), tell_after = 0, tell_tries = 0
      WHERE id = ${arg('id')}`,
)
const markEndTold = statement<{ id: number; now: number }>(
  'markEndTold',
  (_db, arg) =>
    sql`UPDATE incidents SET end_told_at = ${arg('now')}, tell_after = 0, tell_tries = 0 WHERE id = ${arg('id')}`,
)
const markUntold = statement<{ id: number; after: number }>(
  'markUntold',
  (_db, arg) =>
    sql`UPDATE incidents SET tell_after = ${arg('after')}, tell_tries = tell_tries + 1 WHERE id = ${arg('id')}`,
)

const selectAnyUntold = statement<object, { id: number }>(
  'selectAnyUntold',
  () =>
    sql<{ id: number }>`SELECT id FROM incidents WHERE (told_at IS NULL OR end_told_at IS NULL)
      AND ((resolved_at IS NULL AND told_at IS NULL)
        OR (resolved_at IS NOT NULL AND told_at IS NOT NULL AND end_told_at IS NULL)) LIMIT 1`,
)

/** Whether of some incident anything is left to be told, now or later. */
export function* anyUntold(): Script<boolean> {
  return (yield* first(selectAnyUntold, {})) !== undefined
}

/** See Store.untold. */
export function* untold(input: {
  now: number
  takeMs: number
  limit: number
}): Script<readonly { incident: Incident; tries: number }[]> {
  const { now, takeMs, limit } = input
  const rows = yield* all(selectUntold, { now, limit })
  for (const { id } of rows) yield* all(takeUntold, { id, until: now + takeMs })
  return rows.map((row) => ({ incident: incidentFromRow(row), tries: row.tell_tries }))
}

/** See Store.told. */
export function* told(input: {
  id: number
  key: string
  what: 'opened' | 'resolved'
  notifier: string
  now: number
}): Script<void> {
  const { id, key, what, notifier, now } = input
  yield* all(what === 'opened' ? markTold : markEndTold, { id, now })
  yield* record(now, {}, { kind: 'incident.told', key, notifier, what })
}

/** See Store.tellLater. */
export function* tellLater(input: { id: number; after: number }): Script<void> {
  yield* all(takeUntold, { id: input.id, until: input.after })
}

/** See Store.notTold. */
export function* notTold(input: {
  id: number
  key: string
  notifier: string
  why: string
  after: number
  now: number
}): Script<void> {
  const { id, key, notifier, why, after, now } = input
  yield* all(markUntold, { id, after })
  yield* record(now, {}, { kind: 'incident.untold', key, notifier, why })
}
