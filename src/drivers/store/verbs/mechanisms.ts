// reportMechanism: the post-conditions of everything that moves work by itself, in one small row per mechanism and host.

import { sql } from 'kysely'

import { type Firing, type MechanismState, timesHadIn } from '../../../model/mechanism.ts'
import type { MechanismsTable } from '../schema.ts'
import { all, first, type Script, tell } from '../script.ts'
import { statement } from '../statement.ts'

/** All firings of a host in one statement: a host that waits should hardly be heard. */
const putFirings = statement<{ host: string; now: number; firings: string }>(
  'putFirings',
  (_db, arg, dialect) => {
    const rows =
      dialect === 'sqlite'
        ? sql`SELECT json_extract(value, '$.name'), ${arg('host')}, ${arg('now')}, json_extract(value, '$.hadAt'),
            json_extract(value, '$.movedAt'), json_extract(value, '$.times'), json_extract(value, '$.had'),
            json_extract(value, '$.moved'), json_extract(value, '$.waiting'), json_extract(value, '$.stuckSince'),
            json_extract(value, '$.note') FROM json_each(${arg('firings')}) WHERE true`
        : sql`SELECT x.name, ${arg('host')}, ${arg('now')}::bigint, x."hadAt", x."movedAt", x.times, x.had, x.moved,
            x.waiting, x."stuckSince", x.note FROM json_to_recordset(${arg('firings')}::json) AS x(name text, "hadAt" bigint,
              "movedAt" bigint, times bigint, had bigint, moved bigint, waiting bigint, "stuckSince" bigint, note text)`
    return sql`INSERT INTO mechanisms (name, host, fired_at, had_at, moved_at, fired, had, moved, waiting, stuck_since, note)
      ${rows}
      ON CONFLICT (name, host) DO UPDATE SET fired_at = excluded.fired_at,
        had_at = coalesce(excluded.had_at, mechanisms.had_at),
        moved_at = coalesce(excluded.moved_at, mechanisms.moved_at),
        fired = mechanisms.fired + excluded.fired, had = mechanisms.had + excluded.had, moved = mechanisms.moved + excluded.moved,
        waiting = excluded.waiting, note = excluded.note,
        stuck_since = CASE WHEN excluded.stuck_since IS NULL THEN NULL
          ELSE coalesce(mechanisms.stuck_since, excluded.stuck_since) END`
  },
)

const hourMs = 3_600_000
/** Firings by the hour, for how often things fired within a day; older hours go as new ones come. */
const keptHours = 24 * 8
const putHour = statement<{ hour: number; host: string; times: number }, { fired: number }>(
  'putHour',
  (_db, arg) =>
    sql<{
      fired: number
    }>`INSERT INTO firings (hour, host, fired) VALUES (${arg('hour')}, ${arg('host')}, ${arg('times')})
      ON CONFLICT (hour, host) DO UPDATE SET fired = firings.fired + excluded.fired RETURNING fired`,
)
const dropHours = statement<{ before: number; host: string }>(
  'dropHours',
  (_db, arg) => sql`DELETE FROM firings WHERE hour < ${arg('before')} AND host = ${arg('host')}`,
)

/** See Store.reportMechanism. */
export function* reportMechanism(input: {
  host: string
  firings: readonly Firing[]
  now: number
}): Script<void> {
  const { host, now } = input
  const hour = Math.floor(now / hourMs)
  const times = input.firings.reduce((sum, one) => sum + (one.times ?? 1), 0)
  const row = yield* first(putHour, { hour, host, times })
  const isNewHour = Number(row?.fired) === times
  if (isNewHour) yield* tell(dropHours, { before: hour - keptHours, host })
  const inOrder = input.firings.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const firings = JSON.stringify(inOrder.map((one) => rowOf(one, now)))
  yield* tell(putFirings, { host, now, firings })
}

function rowOf(firing: Firing, now: number) {
  const { name, had, moved, note, times = 1 } = firing
  const timesHad = timesHadIn(firing)
  return {
    name,
    times,
    hadAt: timesHad > 0 ? now : null,
    movedAt: moved > 0 ? now : null,
    had: timesHad,
    moved,
    waiting: had,
    stuckSince: had > 0 && moved === 0 ? now : null,
    note: note?.replaceAll('\0', '\uFFFD') ?? null, // PostgreSQL's texts hold no NUL, by JSON as well
  }
}

const selectMechanisms = statement<object, MechanismsTable>('selectMechanisms', (db) =>
  db.selectFrom('mechanisms').selectAll().orderBy('name').orderBy('host'),
)

/** See Store.mechanisms. */
export function* mechanisms(): Script<readonly MechanismState[]> {
  return (yield* all(selectMechanisms, {})).map((row) => ({
    name: row.name,
    host: row.host,
    lastFiredAt: row.fired_at,
    lastHadAt: row.had_at,
    lastMovedAt: row.moved_at,
    fired: row.fired,
    had: row.had,
    moved: row.moved,
    waiting: row.waiting,
    stuckSince: row.stuck_since,
    note: row.note,
  }))
}
