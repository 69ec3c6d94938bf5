// What bounds a claim beyond gates and slots, task by task: a calm window, the locks a task takes along, and caps per lane
// and label. Judged in the transaction of the claim, for every path there is; a demand that may not be taken now is left
// out of the choice, so that it holds up nobody behind it. Who only looks asks the same judge (bounds-seen.ts).

import { sql } from 'kysely'

import type { Demand } from '../../../model/demand.ts'
import type { Refusal } from '../../../model/refusal.ts'
import { calmLane } from '../../../model/window.ts'
import type { ClaimInput } from '../contract/shapes.ts'
import { all, first, type Script, tell } from '../script.ts'
import { numbersOf, statement } from '../statement.ts'
import { cappedLabels, refusalBySeen, type SeenBounds } from './bounds-judge.ts'
import type { HeldRow } from './lock-standing.ts'
import { acquireLock, lockedRow } from './locks.ts'
import { lockLane } from './lanes.ts'
import { lockWindow, tookThrough } from './windows.ts'
import { underWay } from './under-way.ts'

const selectBound = statement<{ ids: string }, { id: number; demand_json: string }>(
  'selectBound',
  (_db, arg, dialect) =>
    sql<{ id: number; demand_json: string }>`SELECT id, demand_json FROM demands
      WHERE bound = 1 AND id IN (${numbersOf(arg('ids'), dialect)}) ORDER BY id`,
)

/** The demands of this claim that are bound by more than their agent. */
export type Bounds = ReadonlyMap<number, Demand>

/** Reads them. */
export function* boundAmong(demandIds: readonly number[]): Script<Bounds> {
  const rows = yield* all(selectBound, { ids: JSON.stringify(demandIds) })
  return new Map(rows.map((row) => [row.id, JSON.parse(row.demand_json) as Demand]))
}

/** The names of the locks they take. */
export const lockNamesOf = (demands: Iterable<Demand>): string[] =>
  [...new Set([...demands].flatMap(({ locks = [] }) => locks))].sort()

/** PostgreSQL only: those names, each locked as `lockName` locks it, in one order. */
const lockTheirNames = statement<{ ids: string }>('lockTheirNames', (_db, arg, dialect) =>
  dialect === 'sqlite'
    ? null
    : sql`SELECT pg_advisory_xact_lock(hashtextextended('midwatch:lock:' || name, 0)) FROM (
        SELECT DISTINCT l.name COLLATE "C" AS name FROM demands d
        CROSS JOIN LATERAL json_array_elements_text(d.demand_json::json -> 'locks') AS l(name)
        WHERE d.bound = 1 AND d.id IN (${numbersOf(arg('ids'), dialect)}) ORDER BY 1) names`,
)

/** Reads them, and locks the names of the locks they take, in order. */
export function* boundsOf({ demandIds }: ClaimInput): Script<Bounds> {
  yield* tell(lockTheirNames, { ids: JSON.stringify(demandIds) })
  return yield* boundAmong(demandIds)
}

/** Why no task of this demand may be taken now; null when one may. What it is judged by stays so until the transaction ends. */
export function* boundRefusal(demand: Demand, input: ClaimInput): Script<Refusal | null> {
  const { calm, locks = [] } = demand
  const { host, caps } = input
  const windows: SeenBounds['windows'] =
    calm === undefined || input.windows?.[calm] === undefined
      ? new Map()
      : new Map([
          [
            calm,
            {
              gate: (yield* lockLane(calmLane(calm, host))).gate,
              state: yield* lockWindow(calm, host),
            },
          ],
        ])
  const others = windows.size === 0 ? 0 : yield* openHere(host)
  const held = new Map<string, HeldRow>()
  for (const name of locks) {
    const seen = yield* lockedRow(name)
    if (seen !== undefined) held.set(name, seen)
  }
  const open = cappedLabels(demand, caps).length === 0 ? [] : yield* openByDemand()
  return refusalBySeen(demand, { windows, others, locks: held, open }, input)
}

const countHere = statement<{ host: string }, { n: number }>(
  'countHere',
  (_db, arg, dialect) =>
    sql<{
      n: number
    }>`SELECT count(*) AS n FROM attempts WHERE ${underWay(dialect)} AND host = ${arg('host')}`,
)

/** How many attempts are under way on a host. */
export function* openHere(host: string): Script<number> {
  return Number((yield* first(countHere, { host }))?.n ?? 0)
}

const selectOpenDemands = statement<object, { demand_json: string; n: number }>(
  'selectOpenDemands',
  (_db, _arg, dialect) =>
    sql<{ demand_json: string; n: number }>`SELECT d.demand_json, count(*) AS n FROM attempts a
      JOIN tasks t ON t.id = a.task_id JOIN demands d ON d.id = t.demand_id
      WHERE ${underWay(dialect, 'a')} GROUP BY d.id, d.demand_json`,
)

/** What is under way in the whole fleet, by what it asks for. */
export function* openByDemand(): Script<SeenBounds['open']> {
  return (yield* all(selectOpenDemands, {})).map(({ demand_json, n }) => ({
    labels: (JSON.parse(demand_json) as Demand).labels,
    n: Number(n),
  }))
}

const countInLane = statement<{ lane: string }, { n: number }>(
  'countInLane',
  (_db, arg, dialect) =>
    sql<{
      n: number
    }>`SELECT count(*) AS n FROM attempts a WHERE ${underWay(dialect, 'a')} AND ${arg('lane')} IN
      (${dialect === 'sqlite' ? sql`SELECT value FROM json_each(a.lanes_json)` : sql`SELECT json_array_elements_text(a.lanes_json::json)`})`,
)

/** How many more attempts the capped lanes of this claim bear, and which is the narrowest. */
export function* laneRoom({ lanes, caps }: ClaimInput): Script<{
  left: number
  lane: string
  most: number
}> {
  let narrowest = { left: Number.POSITIVE_INFINITY, lane: '', most: 0 }
  for (const lane of lanes) {
    const most = caps?.lanes?.[lane]
    if (most === undefined) continue
    const left = most - Number((yield* first(countInLane, { lane }))?.n ?? 0)
    if (left < narrowest.left) narrowest = { left, lane, most }
  }
  return narrowest
}

/** What an attempt takes along: the locks of its task, and one of the places of its window. */
export function* takeAlong(
  demand: Demand,
  { attemptId, taskId }: { attemptId: number; taskId: number },
  { host, windows, now }: ClaimInput,
): Script<void> {
  for (const name of demand.locks ?? [])
    yield* acquireLock({ name, holder: `attempt ${attemptId}`, attemptId, until: null, now })
  if (demand.calm === undefined) return
  const day = windows?.[demand.calm]?.day ?? ''
  yield* tookThrough({ name: demand.calm, host, day, taskId, now })
}
