// Hosts. One daemon per host: it enters while no other lives, pulses, and leaves.

import { sql } from 'kysely'

import type { FactBody } from '../../../model/fact.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import type { HostRow, HostSeen } from '../contract/shapes.ts'
import { newestKnown } from '../migrations/run.ts'
import type { HostsTable } from '../schema.ts'
import { all, first, type Script, tell } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockName } from './lock.ts'

type HostRecord = Omit<HostsTable, 'labels_json'> & { labels_json: string }

const selectHosts = statement<object, HostRecord>('selectHosts', (db) =>
  db.selectFrom('hosts').selectAll().orderBy('name'),
)
const selectHost = statement<{ name: string }, HostRecord>('selectHost', (db, arg) =>
  db.selectFrom('hosts').selectAll().where('name', '=', arg('name')),
)
const putHost = statement<{
  name: string
  bootId: string
  pid: number
  startTicks: string | null
  underPid: number | null
  underTicks: string | null
  schemaStep: number
  now: number
}>(
  'putHost',
  (_db, arg) =>
    sql`INSERT INTO hosts (name, boot_id, pid, start_ticks, pulse_at, running, under_pid, under_ticks, schema_step)
        VALUES (${arg('name')}, ${arg('bootId')}, ${arg('pid')}, ${arg('startTicks')}, ${arg('now')}, 1,
          ${arg('underPid')}, ${arg('underTicks')}, ${arg('schemaStep')})
        ON CONFLICT (name) DO UPDATE SET boot_id = excluded.boot_id, pid = excluded.pid,
          start_ticks = excluded.start_ticks, pulse_at = excluded.pulse_at, running = 1,
          under_pid = excluded.under_pid, under_ticks = excluded.under_ticks, schema_step = excluded.schema_step`,
)
const touchHost = statement<{ name: string; pid: number; now: number; running: number }>(
  'touchHost',
  (db, arg) =>
    db
      .updateTable('hosts')
      .set({ pulse_at: arg('now'), running: arg('running') })
      .where('name', '=', arg('name'))
      .where('pid', '=', arg('pid')),
)

const hostFromRow = (row: HostRecord): HostSeen => ({
  name: row.name,
  bootId: row.boot_id,
  pid: row.pid,
  startTicks: row.start_ticks,
  pulseAt: row.pulse_at,
  running: row.running === 1,
  slots: row.slots,
  labels: JSON.parse(row.labels_json) as string[],
  behindMs: row.behind_ms,
  ...(row.under_pid !== null && { under: { pid: row.under_pid, startTicks: row.under_ticks } }),
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
  const { under } = input
  const above = { underPid: under?.pid ?? null, underTicks: under?.startTicks ?? null }
  const schemaStep = newestKnown()
  yield* all(putHost, { name, bootId, pid, startTicks, ...above, schemaStep, now })
  return { ok: true }
}

function* refuseSecond(now: number, holder: HostRow): Script<Fenced> {
  const why = refusal(
    'daemon.second',
    `a daemon of this fleet already runs on ${holder.name} (pid ${holder.pid}${
      holder.under === undefined ? '' : `, started by pid ${holder.under.pid}`
    })`,
    '`midwatch stop` ends it',
  )
  yield* record(
    now,
    {},
    { kind: 'write.refused', verb: 'enterHost', code: why.code, sentence: why.sentence },
  )
  return { ok: false, refusal: why }
}

/** What is not said stays as it was. */
const pulse = statement<{
  name: string
  pid: number
  now: number
  slots: number | null
  labels: string | null
  behindMs: number | null
}>(
  'pulse',
  (_db, arg) =>
    sql`UPDATE hosts SET pulse_at = ${arg('now')}, running = 1, slots = coalesce(${arg('slots')}, slots),
      labels_json = coalesce(${arg('labels')}, labels_json), behind_ms = coalesce(${arg('behindMs')}, behind_ms)
      WHERE name = ${arg('name')} AND pid = ${arg('pid')}`,
)

/** See Store.pulseHost. */
export function* pulseHost(input: {
  name: string
  pid: number
  slots?: number
  labels?: readonly string[]
  behindMs?: number
  now: number
}): Script<void> {
  const { name, pid, slots = null, behindMs = null, now } = input
  const labels = input.labels === undefined ? null : JSON.stringify(input.labels)
  yield* tell(pulse, { name, pid, now, slots, labels, behindMs })
}

/** See Store.leaveHost. */
export function* leaveHost(input: { name: string; pid: number; now: number }): Script<void> {
  yield* all(touchHost, { ...input, running: 0 })
}

/** See Store.hosts. */
export function* hosts(): Script<readonly HostSeen[]> {
  return (yield* all(selectHosts, {})).map(hostFromRow)
}

/** See Store.recordFacts. */
export function* recordFacts(input: { bodies: readonly FactBody[]; now: number }): Script<void> {
  for (const body of input.bodies) yield* record(input.now, {}, body)
}
