// Hosts and incidents. One daemon per host: it enters while no other lives, pulses, and leaves.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { FactBody } from '../../../model/fact.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import type { HostRow, Incident } from '../contract.ts'
import type { HostsTable, IncidentsTable } from '../schema.ts'
import { all, changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockName } from './lock.ts'

const selectHosts = statement<object, HostsTable>('selectHosts', (db) => db.selectFrom('hosts').selectAll().orderBy('name'))
const selectHost = statement<{ name: string }, HostsTable>('selectHost', (db, arg) =>
  db.selectFrom('hosts').selectAll().where('name', '=', arg('name')),
)
const putHost = statement<{ name: string; bootId: string; pid: number; startTicks: string | null; now: number }>(
  'putHost',
  (_db, arg) =>
    sql`INSERT INTO hosts (name, boot_id, pid, start_ticks, pulse_at, running)
        VALUES (${arg('name')}, ${arg('bootId')}, ${arg('pid')}, ${arg('startTicks')}, ${arg('now')}, 1)
        ON CONFLICT (name) DO UPDATE SET boot_id = excluded.boot_id, pid = excluded.pid,
          start_ticks = excluded.start_ticks, pulse_at = excluded.pulse_at, running = 1`,
)
const touchHost = statement<{ name: string; pid: number; now: number; running: number }>('touchHost', (db, arg) =>
  db
    .updateTable('hosts')
    .set({ pulse_at: arg('now'), running: arg('running') })
    .where('name', '=', arg('name'))
    .where('pid', '=', arg('pid')),
)

const hostFromRow = (row: HostsTable): HostRow => ({
  name: row.name,
  bootId: row.boot_id,
  pid: row.pid,
  startTicks: row.start_ticks,
  pulseAt: row.pulse_at,
  running: row.running === 1,
})

/** See Store.enterHost. */
export function* enterHost(
  input: HostRow & { holderAlive: (row: HostRow) => boolean; now: number },
): Script<Fenced> {
  const { name, bootId, pid, startTicks, now } = input
  yield* lockName('host', name)
  const row = yield* first(selectHost, { name })
  const holder = row === undefined ? null : hostFromRow(row)
  if (holder?.running && holder.pid !== pid && input.holderAlive(holder))
    return yield* refuseSecond(now, holder)
  yield* all(putHost, { name, bootId, pid, startTicks, now })
  return { ok: true }
}

function* refuseSecond(now: number, holder: HostRow): Script<Fenced> {
  const why = refusal(
    'daemon.second',
    `a daemon of this fleet already runs on ${holder.name} (pid ${holder.pid})`,
    '`midwatch stop` ends it',
  )
  yield* record(now, {}, { kind: 'write.refused', verb: 'enterHost', code: why.code, sentence: why.sentence })
  return { ok: false, refusal: why }
}

/** See Store.pulseHost. */
export function* pulseHost(input: { name: string; pid: number; now: number }): Script<void> {
  yield* all(touchHost, { ...input, running: 1 })
}

/** See Store.leaveHost. */
export function* leaveHost(input: { name: string; pid: number; now: number }): Script<void> {
  yield* all(touchHost, { ...input, running: 0 })
}

/** See Store.hosts. */
export function* hosts(): Script<readonly HostRow[]> {
  return (yield* all(selectHosts, {})).map(hostFromRow)
}

const countIncident = statement<{ key: string; title: string; now: number }, { count: number }>(
  'countIncident',
  (_db, arg) =>
    sql<{ count: number }>`INSERT INTO incidents (key, title, opened_at, last_at, count)
        VALUES (${arg('key')}, ${arg('title')}, ${arg('now')}, ${arg('now')}, 1)
        ON CONFLICT (key) WHERE resolved_at IS NULL
        DO UPDATE SET count = incidents.count + 1, last_at = excluded.last_at RETURNING count`,
)
const endIncident = statement<{ key: string; by: string; now: number }, { id: number }>('endIncident', (db, arg) =>
  db
    .updateTable('incidents')
    .set({ resolved_at: arg('now'), resolved_by: arg('by') })
    .where('key', '=', arg('key'))
    .where('resolved_at', 'is', null)
    .returning('id'),
)
const selectIncidents = statement<{ openOnly: number; limit: number }, IncidentsTable>('selectIncidents', (_db, arg) =>
  sql<IncidentsTable>`SELECT * FROM incidents WHERE ${arg('openOnly')} = 0 OR resolved_at IS NULL
      ORDER BY id DESC LIMIT ${arg('limit')}`,
)

/** See Store.openIncident: the same problem again is a count, not a second incident. */
export function* openIncident(input: { key: string; title: string; now: number }): Script<{ opened: boolean }> {
  const { key, title, now } = input
  const { count } = present(yield* first(countIncident, { key, title, now }), 'an incident put returns its count')
  if (count > 1) return { opened: false }
  yield* record(now, {}, { kind: 'incident.opened', key, title })
  return { opened: true }
}

/** See Store.resolveIncident. */
export function* resolveIncident(input: { key: string; by: string; now: number }): Script<void> {
  const { key, by, now } = input
  if (yield* changed(endIncident, { key, by, now })) yield* record(now, {}, { kind: 'incident.resolved', key, by })
}

/** See Store.incidents. */
export function* incidents(filter: { openOnly: boolean; limit: number }): Script<readonly Incident[]> {
  const rows = yield* all(selectIncidents, { openOnly: Number(filter.openOnly), limit: filter.limit })
  return rows.map((row) => ({
    key: row.key,
    title: row.title,
    openedAt: row.opened_at,
    lastAt: row.last_at,
    count: row.count,
    resolvedAt: row.resolved_at,
  }))
}

/** See Store.recordFacts. */
export function* recordFacts(input: { bodies: readonly FactBody[]; now: number }): Script<void> {
  for (const body of input.bodies) yield* record(input.now, {}, body)
}
