// Calm windows: a row per window and host, overwritten at each judgement, and a row per opening.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { Opening, WindowState } from '../../../model/window.ts'
import type { WindowsTable } from '../schema.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'

const selectWindow = statement<{ name: string; host: string }, WindowsTable>(
  'selectWindow',
  (db, arg, dialect) => {
    const query = db
      .selectFrom('windows')
      .selectAll()
      .where('name', '=', arg('name'))
      .where('host', '=', arg('host'))
    return dialect === 'postgres' ? query.forUpdate() : query
  },
)
const putWindow = statement<WindowsTable>(
  'putWindow',
  (_db, arg) =>
    sql`INSERT INTO windows (name, host, judged_at, calm, quiet_since, opened_at, why_json, taken, day, taken_day,
        busy_json, opening_id, last_opened_at, last_taken_at)
      VALUES (${arg('name')}, ${arg('host')}, ${arg('judged_at')}, ${arg('calm')}, ${arg('quiet_since')},
        ${arg('opened_at')}, ${arg('why_json')}, ${arg('taken')}, ${arg('day')}, ${arg('taken_day')}, ${arg('busy_json')},
        ${arg('opening_id')}, ${arg('last_opened_at')}, ${arg('last_taken_at')})
      ON CONFLICT (name, host) DO UPDATE SET judged_at = excluded.judged_at, calm = excluded.calm,
        quiet_since = excluded.quiet_since, opened_at = excluded.opened_at, why_json = excluded.why_json,
        taken = excluded.taken, day = excluded.day, taken_day = excluded.taken_day, busy_json = excluded.busy_json,
        opening_id = excluded.opening_id, last_opened_at = excluded.last_opened_at,
        last_taken_at = excluded.last_taken_at`,
)
const insertOpening = statement<{ name: string; host: string; now: number }, { id: number }>(
  'insertOpening',
  (_db, arg) =>
    sql<{ id: number }>`INSERT INTO openings (name, host, opened_at, taken, tasks_json, why)
      VALUES (${arg('name')}, ${arg('host')}, ${arg('now')}, 0, '[]', '') RETURNING id`,
)
const closeOpening = statement<{ id: number; now: number; why: string }>(
  'closeOpening',
  (_db, arg) =>
    sql`UPDATE openings SET closed_at = ${arg('now')}, why = ${arg('why')} WHERE id = ${arg('id')}`,
)

const blank = (name: string, host: string): WindowsTable => ({
  name,
  host,
  judged_at: 0,
  calm: 0,
  quiet_since: null,
  opened_at: null,
  why_json: '[]',
  taken: 0,
  day: '',
  taken_day: 0,
  busy_json: '[]',
  opening_id: null,
  last_opened_at: null,
  last_taken_at: null,
})

/** See Store.judgeWindow. */
export function* judgeWindow(input: {
  name: string
  host: string
  calm: boolean
  why: readonly string[]
  quietSince: number | null
  day: string
  busy: WindowState['busy']
  now: number
}): Script<WindowState> {
  const { name, host, calm, why, quietSince, day, busy, now } = input
  const before = (yield* first(selectWindow, { name, host })) ?? blank(name, host)
  const judged: WindowsTable = {
    ...before,
    judged_at: now,
    calm: Number(calm),
    quiet_since: quietSince,
    why_json: JSON.stringify(why),
    day,
    taken_day: before.day === day ? before.taken_day : 0,
    busy_json: JSON.stringify(busy),
  }
  const row =
    calm && before.calm === 0
      ? yield* opened(judged, now)
      : !calm && before.calm === 1
        ? yield* closed(judged, why.join('; '), now)
        : judged
  yield* all(putWindow, row)
  return windowFromRow(row)
}

function* opened(row: WindowsTable, now: number): Script<WindowsTable> {
  const { name, host } = row
  const put = yield* first(insertOpening, { name, host, now })
  const { id } = present(put, 'an inserted opening returns its id')
  yield* record(now, {}, { kind: 'window.opened', window: name, host })
  return { ...row, opened_at: now, last_opened_at: now, taken: 0, opening_id: id }
}

function* closed(row: WindowsTable, why: string, now: number): Script<WindowsTable> {
  const { name, host, taken } = row
  if (row.opening_id !== null) yield* all(closeOpening, { id: row.opening_id, now, why })
  yield* record(now, {}, { kind: 'window.closed', window: name, host, taken, why })
  return { ...row, opened_at: null, opening_id: null }
}

export const windowFromRow = (row: WindowsTable): WindowState => ({
  name: row.name,
  host: row.host,
  judgedAt: row.judged_at,
  calm: row.calm === 1,
  quietSince: row.quiet_since,
  openedAt: row.opened_at,
  why: JSON.parse(row.why_json) as string[],
  taken: row.taken,
  day: row.day,
  takenToday: row.taken_day,
  busy: JSON.parse(row.busy_json) as WindowState['busy'],
  lastOpenedAt: row.last_opened_at,
  lastTakenAt: row.last_taken_at,
})

/** The window of a host, locked for this transaction. */
export function* lockWindow(name: string, host: string): Script<WindowState | undefined> {
  const row = yield* first(selectWindow, { name, host })
  return row === undefined ? undefined : windowFromRow(row)
}

const countTaken = statement<{ name: string; host: string; day: string; now: number }>(
  'countTakenInWindow',
  (_db, arg) =>
    sql`UPDATE windows SET taken = taken + 1, last_taken_at = ${arg('now')},
      taken_day = CASE WHEN day = ${arg('day')} THEN taken_day + 1 ELSE 1 END, day = ${arg('day')}
      WHERE name = ${arg('name')} AND host = ${arg('host')}`,
)
const selectOpening = statement<{ name: string; host: string }, { id: number; tasks_json: string }>(
  'selectOpening',
  (_db, arg) =>
    sql<{
      id: number
      tasks_json: string
    }>`SELECT o.id, o.tasks_json FROM windows w JOIN openings o ON o.id = w.opening_id
      WHERE w.name = ${arg('name')} AND w.host = ${arg('host')}`,
)
const growOpening = statement<{ id: number; tasks: string }>(
  'growOpening',
  (_db, arg) =>
    sql`UPDATE openings SET taken = taken + 1, tasks_json = ${arg('tasks')} WHERE id = ${arg('id')}`,
)

const tasksKept = 50

/** One more task went through a window. */
export function* tookThrough(input: {
  name: string
  host: string
  day: string
  taskId: number
  now: number
}): Script<void> {
  const { name, host, day, taskId, now } = input
  yield* all(countTaken, { name, host, day, now })
  const opening = yield* first(selectOpening, { name, host })
  if (opening === undefined) return
  const before = JSON.parse(opening.tasks_json) as number[]
  const tasks = before.length < tasksKept ? [...before, taskId] : before
  yield* all(growOpening, { id: opening.id, tasks: JSON.stringify(tasks) })
}

const selectWindows = statement<{ host: string | null }, WindowsTable>(
  'selectWindows',
  (_db, arg) =>
    sql<WindowsTable>`SELECT * FROM windows WHERE CAST(${arg('host')} AS TEXT) IS NULL OR host = ${arg('host')}
      ORDER BY name, host`,
)

/** See Store.windows. */
export function* windows(host: string | null): Script<readonly WindowState[]> {
  return (yield* all(selectWindows, { host })).map(windowFromRow)
}

interface OpeningRow {
  id: number
  name: string
  host: string
  opened_at: number
  closed_at: number | null
  taken: number
  tasks_json: string
  why: string
}
const selectOpenings = statement<{ name: string | null; limit: number }, OpeningRow>(
  'selectOpenings',
  (_db, arg) =>
    sql<OpeningRow>`SELECT * FROM openings WHERE CAST(${arg('name')} AS TEXT) IS NULL OR name = ${arg('name')}
      ORDER BY id DESC LIMIT ${arg('limit')}`,
)

/** See Store.openings. */
export function* openings(filter: {
  name: string | null
  limit: number
}): Script<readonly Opening[]> {
  return (yield* all(selectOpenings, filter)).map((row) => ({
    id: row.id,
    name: row.name,
    host: row.host,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    taken: row.taken,
    tasks: JSON.parse(row.tasks_json) as number[],
    why: row.why,
  }))
}
