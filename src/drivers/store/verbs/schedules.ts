// Schedules: one row each, which is the fence of whoever accounts for due times, and one row per due time that fired.

import { sql } from 'kysely'

import { type Fenced, type Refusal, refusal } from '../../../model/refusal.ts'
import type { Missed, ScheduleFiring, ScheduleState } from '../../../model/schedule.ts'
import type { EnqueueInput } from '../contract/shapes.ts'
import type { ScheduleFiringsTable, SchedulesTable } from '../schema-schedules.ts'
import { all, changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { enqueue } from './intake.ts'
import { lockName } from './lock.ts'

const selectSchedule = statement<{ name: string }, SchedulesTable>('selectSchedule', (db, arg) =>
  db.selectFrom('schedules').selectAll().where('name', '=', arg('name')),
)
const putSchedule = statement<{
  name: string
  spec: string
  host: string
  upTo: number
  nextAt: number | null
}>(
  'putSchedule',
  (_db, arg) =>
    sql`INSERT INTO schedules (name, spec, host, upto, next_at, fired, missed)
      VALUES (${arg('name')}, ${arg('spec')}, ${arg('host')}, ${arg('upTo')}, ${arg('nextAt')}, 0, 0)
      ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, host = excluded.host, upto = excluded.upto,
        next_at = excluded.next_at, refused = NULL`,
)
const selectAlive = statement<{ host: string; after: number }, { name: string }>(
  'selectAliveHost',
  (db, arg) =>
    db
      .selectFrom('hosts')
      .select('name')
      .where('name', '=', arg('host'))
      .where('running', '=', 1)
      .where('pulse_at', '>', arg('after')),
)

/** A host that was silent for so long no longer speaks for a schedule. */
const silentMs = 600_000

/** See Store.knowSchedule. */
export function* knowSchedule(input: {
  name: string
  spec: string
  nextAt: number | null
  host: string
  now: number
}): Script<Fenced<{ schedule: ScheduleState }>> {
  const { name, spec, nextAt, host, now } = input
  yield* lockName('schedule', name)
  const known = yield* first(selectSchedule, { name })
  if (known?.spec === spec) return { ok: true, schedule: scheduleFromRow(known) }
  if (known !== undefined && known.host !== host) {
    const lives = yield* first(selectAlive, { host: known.host, after: now - silentMs })
    if (lives !== undefined) return { ok: false, refusal: otherPattern(known) }
  }
  yield* all(putSchedule, { name, spec, host, upTo: now, nextAt })
  yield* record(now, {}, { kind: 'schedule.known', schedule: name, spec, nextAt, host })
  const row = yield* first(selectSchedule, { name })
  return row === undefined
    ? { ok: false, refusal: moved(name) }
    : { ok: true, schedule: scheduleFromRow(row) }
}

const otherPattern = ({ name, host, spec }: SchedulesTable): Refusal =>
  refusal(
    'schedule.other',
    `${host} has the schedule ${name} as ${spec}`,
    'give the hosts of a fleet the same `schedules:`',
  )
const moved = (name: string): Refusal =>
  refusal(
    'schedule.moved',
    `somebody else went on with the schedule ${name}`,
    'look again: what is due is asked anew',
  )

const insertFiring = statement<ScheduleFiringsTable, { due_at: number }>(
  'insertFiring',
  (_db, arg) =>
    sql<{
      due_at: number
    }>`INSERT INTO schedule_firings (schedule, due_at, fired_at, host, task_id, deduped, refused)
      VALUES (${arg('schedule')}, ${arg('due_at')}, ${arg('fired_at')}, ${arg('host')}, ${arg('task_id')},
        ${arg('deduped')}, ${arg('refused')})
      ON CONFLICT (schedule, due_at) DO NOTHING RETURNING due_at`,
)
const nameTask = statement<{ schedule: string; dueAt: number; taskId: number; deduped: number }>(
  'nameTaskOfFiring',
  (_db, arg) =>
    sql`UPDATE schedule_firings SET task_id = ${arg('taskId')}, deduped = ${arg('deduped')}
      WHERE schedule = ${arg('schedule')} AND due_at = ${arg('dueAt')}`,
)
const moveSchedule = statement<
  {
    name: string
    cursor: number
    upTo: number
    nextAt: number | null
    fired: number
    missed: number
    lastFiredAt: number | null
    lastTaskId: number | null
    refused: string | null
    isSilent: number
  },
  { name: string }
>(
  'moveSchedule',
  (_db, arg) =>
    sql<{ name: string }>`UPDATE schedules SET upto = ${arg('upTo')}, next_at = ${arg('nextAt')},
        fired = fired + ${arg('fired')}, missed = missed + ${arg('missed')},
        last_fired_at = coalesce(${arg('lastFiredAt')}, last_fired_at),
        last_task_id = coalesce(${arg('lastTaskId')}, last_task_id),
        refused = CASE WHEN ${arg('isSilent')} = 1 THEN refused ELSE ${arg('refused')} END
      WHERE name = ${arg('name')} AND upto = ${arg('cursor')} RETURNING name`,
)
const dropFirings = statement<{ schedule: string; kept: number }>(
  'dropFirings',
  (_db, arg) =>
    sql`DELETE FROM schedule_firings WHERE schedule = ${arg('schedule')} AND due_at < (
      SELECT due_at FROM schedule_firings WHERE schedule = ${arg('schedule')}
      ORDER BY due_at DESC LIMIT 1 OFFSET ${arg('kept')})`,
)

const firingsKept = 200

interface FireInput {
  name: string
  cursor: number
  upTo: number
  nextAt: number | null
  firings: readonly { dueAt: number; task: EnqueueInput | null; refused: string | null }[]
  missed: Missed | null
  host: string
  by: string
  now: number
}

/** See Store.fireSchedule. */
export function* fireSchedule(
  input: FireInput,
): Script<Fenced<{ firings: readonly ScheduleFiring[] }>> {
  const { name, cursor, upTo, nextAt, missed, host, now } = input
  yield* lockName('schedule', name)
  const known = yield* first(selectSchedule, { name })
  if (known === undefined || known.upto !== cursor) return { ok: false, refusal: moved(name) }
  const done: ScheduleFiring[] = []
  for (const firing of input.firings) {
    const fired = yield* fireOne(input, firing)
    if (fired !== null) done.push(fired)
  }
  if (missed !== null)
    yield* record(now, {}, { kind: 'schedule.missed', schedule: name, ...missed })
  if (upTo < cursor)
    yield* record(
      now,
      {},
      { kind: 'schedule.rewound', schedule: name, from: cursor, to: upTo, host },
    )
  const made = done.filter((one) => one.refused === null)
  const went = yield* changed(moveSchedule, {
    ...{ name, cursor, upTo, nextAt },
    fired: made.length,
    missed: missed?.count ?? 0,
    lastFiredAt: made.length > 0 ? now : null,
    lastTaskId: made.at(-1)?.taskId ?? null,
    refused: done.at(-1)?.refused ?? null,
    isSilent: Number(done.length === 0),
  })
  if (!went) return { ok: false, refusal: moved(name) }
  if (done.length > 0) yield* all(dropFirings, { schedule: name, kept: firingsKept })
  return { ok: true, firings: done }
}

/** Null when this due time fired before. */
function* fireOne(
  { name, host, by, now }: FireInput,
  { dueAt, task, refused }: FireInput['firings'][number],
): Script<ScheduleFiring | null> {
  const row = {
    schedule: name,
    due_at: dueAt,
    fired_at: now,
    host,
    task_id: null,
    deduped: 0,
    refused,
  }
  if (!(yield* changed(insertFiring, row))) return null
  const common = { dueAt, firedAt: now, host }
  if (task === null) {
    const why = refused ?? 'it wants nothing'
    yield* record(now, {}, { kind: 'schedule.refused', schedule: name, dueAt, why })
    return { ...common, taskId: null, deduped: false, refused: why }
  }
  const { task: made, deduped } = yield* enqueue(task)
  const taskId = made.id
  yield* all(nameTask, { schedule: name, dueAt, taskId, deduped: Number(deduped) })
  const told = { kind: 'schedule.fired', schedule: name, dueAt, deduped, by } as const
  yield* record(now, { taskId }, told)
  return { ...common, taskId, deduped, refused: null }
}

const selectOwn = statement<{ host: string }, { name: string }>('selectOwnSchedules', (db, arg) =>
  db.selectFrom('schedules').select('name').where('host', '=', arg('host')).orderBy('name'),
)
const dropSchedule = statement<{ name: string; host: string }, { name: string }>(
  'dropSchedule',
  (db, arg) =>
    db
      .deleteFrom('schedules')
      .where('name', '=', arg('name'))
      .where('host', '=', arg('host'))
      .returning('name'),
)

/** See Store.retireSchedules. */
export function* retireSchedules(input: {
  host: string
  keep: readonly string[]
  now: number
}): Script<{ retired: readonly string[] }> {
  const { host, keep, now } = input
  const retired: string[] = []
  for (const { name } of yield* all(selectOwn, { host })) {
    if (keep.includes(name) || !(yield* changed(dropSchedule, { name, host }))) continue
    yield* record(now, {}, { kind: 'schedule.retired', schedule: name, host })
    retired.push(name)
  }
  return { retired }
}

const selectSchedules = statement<object, SchedulesTable>('selectSchedules', (db) =>
  db.selectFrom('schedules').selectAll().orderBy('name'),
)
const selectFirings = statement<
  { schedule: string; before: number; limit: number },
  ScheduleFiringsTable
>('selectFirings', (db, arg) =>
  db
    .selectFrom('schedule_firings')
    .selectAll()
    .where('schedule', '=', arg('schedule'))
    .where('due_at', '<', arg('before'))
    .orderBy('due_at', 'desc')
    .limit(arg('limit')),
)

/** See Store.schedules. */
export function* schedules(): Script<readonly ScheduleState[]> {
  return (yield* all(selectSchedules, {})).map(scheduleFromRow)
}

/** See Store.scheduleFirings. */
export function* scheduleFirings(input: {
  name: string
  before?: number
  limit: number
}): Script<readonly ScheduleFiring[]> {
  const { name: schedule, before = Number.MAX_SAFE_INTEGER, limit } = input
  const rows = yield* all(selectFirings, { schedule, before, limit })
  return rows.map((row) => ({
    dueAt: row.due_at,
    firedAt: row.fired_at,
    host: row.host,
    taskId: row.task_id,
    deduped: row.deduped === 1,
    refused: row.refused,
  }))
}

const scheduleFromRow = (row: SchedulesTable): ScheduleState => ({
  name: row.name,
  spec: row.spec,
  host: row.host,
  cursor: row.upto,
  nextAt: row.next_at,
  fired: row.fired,
  missed: row.missed,
  lastFiredAt: row.last_fired_at,
  lastTaskId: row.last_task_id,
  refused: row.refused,
})
