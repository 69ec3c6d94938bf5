// What bounds a claim beyond gates and slots, task by task: a calm window, the locks a task takes along, and caps per lane
// and label. Judged in the transaction of the claim, for every path there is; a demand that may not be taken now is left
// out of the choice, so that it holds up nobody behind it.

import { sql } from 'kysely'

import type { Demand } from '../../../model/demand.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import { calmLane, windowRefuses } from '../../../model/window.ts'
import type { ClaimInput } from '../contract/shapes.ts'
import { all, first, type Script } from '../script.ts'
import { numbersOf, statement } from '../statement.ts'
import { lockName } from './lock.ts'
import { acquireLock, lockRefusal } from './locks.ts'
import { lockLane } from './lanes.ts'
import { lockWindow, tookThrough } from './windows.ts'

const selectBound = statement<{ ids: string }, { id: number; demand_json: string }>(
  'selectBound',
  (_db, arg, dialect) =>
    sql<{ id: number; demand_json: string }>`SELECT id, demand_json FROM demands
      WHERE bound = 1 AND id IN (${numbersOf(arg('ids'), dialect)}) ORDER BY id`,
)

/** The demands of this claim that are bound by more than their agent. */
export type Bounds = ReadonlyMap<number, Demand>

/** Reads them, and locks the names of the locks they take, in order. */
export function* boundsOf({ demandIds }: ClaimInput): Script<Bounds> {
  const rows = yield* all(selectBound, { ids: JSON.stringify(demandIds) })
  const bounds = new Map(rows.map((row) => [row.id, JSON.parse(row.demand_json) as Demand]))
  const names = [...new Set([...bounds.values()].flatMap(({ locks = [] }) => locks))]
  for (const name of names.sort()) yield* lockName('lock', name)
  return bounds
}

/** Why no task of this demand may be taken now; null when one may. */
export function* boundRefusal(demand: Demand, input: ClaimInput): Script<Refusal | null> {
  return (
    (yield* calmRefusal(demand, input)) ??
    (yield* locksRefusal(demand, input.now)) ??
    (yield* labelRefusal(demand, input))
  )
}

function* calmRefusal({ calm }: Demand, input: ClaimInput): Script<Refusal | null> {
  if (calm === undefined) return null
  const { host, now } = input
  const lane = calmLane(calm, host)
  const caps = input.windows?.[calm]
  if (caps === undefined)
    return refusal(
      'calm.unknown',
      `no window ${calm} is configured here`,
      'name it in midwatch.yaml',
    )
  const { gate } = yield* lockLane(lane)
  if (gate.state === 'pinned')
    return refusal(
      'gate.pinned',
      `${lane} is pinned: ${gate.reason}`,
      `\`midwatch gate reset ${lane}\``,
    )
  const others = Number((yield* first(countHere, { host }))?.n ?? 0)
  const why = windowRefuses(yield* lockWindow(calm, host), caps, others, now)
  if (why === null) return null
  return refusal(
    'calm.shut',
    `${lane} is not calm: ${why}`,
    'the next judgement, every few seconds',
  )
}

const countHere = statement<{ host: string }, { n: number }>(
  'countHere',
  (_db, arg) =>
    sql<{
      n: number
    }>`SELECT count(*) AS n FROM attempts WHERE state <> 'ended' AND host = ${arg('host')}`,
)

function* locksRefusal({ locks = [] }: Demand, now: number): Script<Refusal | null> {
  for (const name of locks) {
    const why = yield* lockRefusal(name, now)
    if (why !== null) return why
  }
  return null
}

const selectOpenDemands = statement<object, { demand_json: string; n: number }>(
  'selectOpenDemands',
  () =>
    sql<{ demand_json: string; n: number }>`SELECT d.demand_json, count(*) AS n FROM attempts a
      JOIN tasks t ON t.id = a.task_id JOIN demands d ON d.id = t.demand_id
      WHERE a.state <> 'ended' GROUP BY d.id, d.demand_json`,
)

function* labelRefusal({ labels }: Demand, { caps }: ClaimInput): Script<Refusal | null> {
  const capped = labels.filter((label) => caps?.labels?.[label] !== undefined)
  if (capped.length === 0) return null
  const open = (yield* all(selectOpenDemands, {})).map(({ demand_json, n }) => ({
    labels: (JSON.parse(demand_json) as Demand).labels,
    n: Number(n),
  }))
  for (const label of capped) {
    const most = caps?.labels?.[label] ?? 0
    const n = open.reduce((sum, one) => sum + (one.labels.includes(label) ? one.n : 0), 0)
    if (n >= most)
      return refusal(
        'cap.label',
        `${n} attempts at tasks labelled ${label} are under way, at most ${most} may`,
        'one of them ends',
      )
  }
  return null
}

const countInLane = statement<{ lane: string }, { n: number }>(
  'countInLane',
  (_db, arg, dialect) =>
    sql<{
      n: number
    }>`SELECT count(*) AS n FROM attempts a WHERE a.state <> 'ended' AND ${arg('lane')} IN
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
