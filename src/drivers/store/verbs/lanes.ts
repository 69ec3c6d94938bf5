// The rows of lanes: read and locked with all they remember, and written with a revision that grows, so that who judged
// an older row is noticed.

import { sql } from 'kysely'

import { freshLane, freshMemory, type Lane } from '../../../model/lane.ts'
import { laneFromRow } from '../rows.ts'
import type { GatesTable } from '../schema.ts'
import { all, first, type Script, tell } from '../script.ts'
import { statement, wordsOf } from '../statement.ts'
import { underWay } from './under-way.ts'

const readLanes = statement<{ lanes: string }, GatesTable>(
  'readLanes',
  (_db, arg, dialect) =>
    sql<GatesTable>`SELECT * FROM gates WHERE lane IN (${wordsOf(arg('lanes'), dialect)})
      OR state <> 'passing' OR ramp IS NOT NULL ORDER BY lane`,
)

/** These lanes as far as they have rows, and every lane that is not wholly passing. */
export function* lanesNow(lanes: readonly string[]): Script<Lane[]> {
  return (yield* all(readLanes, { lanes: JSON.stringify(lanes) })).map(laneFromRow)
}

const selectLane = statement<{ lane: string }, GatesTable>('selectLane', (db, arg, dialect) => {
  const query = db.selectFrom('gates').selectAll().where('lane', '=', arg('lane'))
  return dialect === 'postgres' ? query.forUpdate() : query
})

/** PostgreSQL only: a lane must have a row before it can be locked. */
const ensureLanes = statement<{ lanes: string; now: number }>('ensureLanes', (_db, arg, dialect) =>
  dialect === 'sqlite'
    ? null
    : sql`INSERT INTO gates (lane, state, since, reason)
        SELECT l.lane, 'passing', ${arg('now')}::bigint, '' FROM json_array_elements_text(${arg('lanes')}::json) AS l(lane)
        WHERE NOT EXISTS (SELECT 1 FROM gates g WHERE g.lane = l.lane)
        ORDER BY l.lane ON CONFLICT DO NOTHING`,
)

/** Sees to it that these lanes can be locked. */
export function* lockable(lanes: readonly string[], now: number): Script<void> {
  yield* tell(ensureLanes, { lanes: JSON.stringify(lanes), now })
}

/** The lane, locked for this transaction. */
export function* lockLane(lane: string): Script<Lane> {
  const row = yield* first(selectLane, { lane })
  return row === undefined ? freshLane(lane) : laneFromRow(row)
}

const putLane = statement<{
  lane: string
  state: string
  since: number
  until: number | null
  by: string | null
  reason: string
  canary: number | null
  ramp: number | null
  memory: string
}>(
  'putLane',
  (_db, arg) =>
    sql`INSERT INTO gates (lane, state, since, until, by, reason, canary, ramp, rev, memory_json)
      VALUES (${arg('lane')}, ${arg('state')}, ${arg('since')}, ${arg('until')}, ${arg('by')}, ${arg('reason')},
        ${arg('canary')}, ${arg('ramp')}, 1, ${arg('memory')})
      ON CONFLICT (lane) DO UPDATE SET state = excluded.state, since = excluded.since, until = excluded.until,
        by = excluded.by, reason = excluded.reason, canary = excluded.canary, ramp = excluded.ramp,
        rev = gates.rev + 1, memory_json = excluded.memory_json`,
)

/** Writes a lane as it is now. The caller has locked it. `passed` names who let it pass, for people. */
export function* writeLane(
  { lane, gate, memory }: Lane,
  now: number,
  passed: { by: string; reason: string } | null = null,
): Script<void> {
  const passing = gate.state === 'passing'
  yield* tell(putLane, {
    lane,
    state: gate.state,
    since: passing ? now : gate.since,
    until: gate.state === 'shut' || gate.state === 'pinned' ? gate.until : null,
    by: gate.state === 'pinned' ? gate.by : (passed?.by ?? null),
    reason: passing ? (passed?.reason ?? '') : gate.reason,
    canary: gate.state === 'probing' ? gate.canary : null,
    ramp: passing ? (gate.ramp ?? null) : null,
    memory: memory === freshMemory ? '{}' : JSON.stringify(memory),
  })
}

const selectNewestAttempt = statement<object, { id: number | null }>(
  'selectNewestAttempt',
  () => sql<{ id: number | null }>`SELECT max(id) AS id FROM attempts`,
)

/** The id of the newest attempt there is, or 0. */
export function* newestAttempt(): Script<number> {
  return Number((yield* first(selectNewestAttempt, {}))?.id ?? 0)
}

const selectUnproven = statement<{ lane: string; after: number }, { id: number }>(
  'selectUnproven',
  (_db, arg, dialect) =>
    sql<{
      id: number
    }>`SELECT a.id FROM attempts a WHERE ${underWay(dialect, 'a')} AND a.id > ${arg('after')}
      AND ${arg('lane')} IN (${dialect === 'sqlite' ? sql`SELECT value FROM json_each(a.lanes_json)` : sql`SELECT json_array_elements_text(a.lanes_json::json)`})`,
)

/** How many attempts are under way in a lane since it came back that have not yet given evidence for it. */
export function* unproven({ lane, memory }: Lane): Script<number> {
  const rows = yield* all(selectUnproven, { lane, after: memory.cut })
  return rows.filter((row) => !memory.proven.includes(row.id)).length
}
