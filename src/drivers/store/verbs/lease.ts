// claim. There is one claim for every path: gates of all lanes, then caps, then the choice, in one
// transaction. On PostgreSQL the rows of the lanes are locked in order first, so that two hosts at a cap take turns.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import { isoTime } from '../../../base/when.ts'
import { gateRelease, houseName } from '../../../model/gate.ts'
import type { Lane } from '../../../model/lane.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import type { Claimed, ClaimInput, ClaimResult } from '../contract/shapes.ts'
import { laneFromRow } from '../rows.ts'
import type { GatesTable } from '../schema.ts'
import { all, first, type Script, together } from '../script.ts'
import { numbersOf, statement, wordsOf } from '../statement.ts'
import { type Bounds, boundRefusal, boundsOf, laneRoom, takeAlong } from './bounds.ts'
import { record } from './facts.ts'
import { lockable, unproven, writeLane } from './lanes.ts'
import { unfoldedLanes } from './standing.ts'
import { type ChosenRow, takeAll } from './take.ts'
import { underWay } from './under-way.ts'

/** On PostgreSQL every lane's row is locked, passing or not. */
const selectLanes = statement<{ lanes: string }, GatesTable>('selectLanes', (_db, arg, dialect) =>
  dialect === 'sqlite'
    ? sql<GatesTable>`SELECT * FROM gates WHERE lane IN (${wordsOf(arg('lanes'), dialect)})
        AND (state <> 'passing' OR ramp IS NOT NULL)`
    : sql<GatesTable>`SELECT * FROM gates WHERE lane IN (${wordsOf(arg('lanes'), dialect)}) ORDER BY lane FOR UPDATE`,
)
/** The slots of an agent are the fleet's, those of a host its own. */
const countOpen = statement<{ host: string; agent: string }, { agent: number; host: number }>(
  'countOpen',
  (_db, arg, dialect) =>
    sql<{ agent: number; host: number }>`SELECT
      coalesce(sum(CASE WHEN host = ${arg('host')} THEN 1 ELSE 0 END), 0) AS host,
      coalesce(sum(CASE WHEN agent = ${arg('agent')} THEN 1 ELSE 0 END), 0) AS agent
      FROM attempts WHERE ${underWay(dialect)}`,
)

/** How many attempts there were before this one, and whether persons answered questions of theirs. */
const history = sql`(SELECT count(*) FROM attempts a WHERE a.task_id = t.id) AS attempts,
  CASE WHEN EXISTS (SELECT 1 FROM holds h WHERE h.task_id = t.id AND h.answer IS NOT NULL) THEN 1 ELSE 0 END AS answered`

/**
 * The best ready tasks over the demands this agent may take: one index seek per demand, so that tasks it may not take
 * cost nothing however many there are.
 */
const choose = statement<{ demands: string; limit: number }, ChosenRow>(
  'choose',
  (_db, arg, dialect) =>
    dialect === 'sqlite'
      ? sql<ChosenRow>`SELECT t.*, d.demand_json, ${history} FROM tasks t JOIN demands d ON d.id = t.demand_id
        WHERE t.id IN (
          SELECT (SELECT id FROM tasks WHERE demand_id = j.value AND state = 'ready' ORDER BY rank, id LIMIT 1)
          FROM json_each(${arg('demands')}) j)
        ORDER BY t.rank, t.id LIMIT ${arg('limit')}`
      : sql<ChosenRow>`SELECT t.*, d.demand_json, ${history}
        FROM (${numbersOf(arg('demands'), dialect)} AS demand_id) j
        CROSS JOIN LATERAL (
          SELECT * FROM tasks WHERE demand_id = j.demand_id AND state = 'ready'
          ORDER BY rank, id LIMIT ${arg('limit')} FOR UPDATE SKIP LOCKED) t
        JOIN demands d ON d.id = t.demand_id
        ORDER BY t.rank, t.id LIMIT ${arg('limit')}`,
)

/** The same over one demand, as it mostly is: the index is read in its own order, as far as wished. */
const chooseOfOneBy = (limit: number | null) =>
  statement<{ demand: number; limit: number }, ChosenRow>(
    'chooseOfOne',
    (_db, arg, dialect) =>
      sql<ChosenRow>`SELECT t.*, d.demand_json, ${history} FROM (
        SELECT * FROM tasks WHERE demand_id = ${arg('demand')} AND state = 'ready'
        ORDER BY rank, id LIMIT ${limit === null ? arg('limit') : sql.lit(limit)}
        ${dialect === 'sqlite' ? sql`` : sql`FOR UPDATE SKIP LOCKED`}) t
      JOIN demands d ON d.id = t.demand_id ORDER BY t.rank, t.id`,
  )

/** PostgreSQL plans a limit that it does not know anew each time, which takes longer than the choice: those that claims have are known. */
const limits = new Map<number, ReturnType<typeof chooseOfOneBy>>()
const anyLimit = chooseOfOneBy(null)
const knownLimits = 8

function chooseOfOne(limit: number): ReturnType<typeof chooseOfOneBy> {
  if (limit > knownLimits) return anyLimit
  const known = limits.get(limit) ?? chooseOfOneBy(limit)
  limits.set(limit, known)
  return known
}

/** See Store.claim. */
export function* claim(input: ClaimInput): Script<ClaimResult> {
  const lanes = JSON.stringify(input.lanes)
  // The lanes first: what is counted and chosen behind them counts what was committed while we waited for their rows.
  const [bounds, , rows, waiting, counted, cap, chosen] = yield* together(
    boundsOf(input),
    lockable(input.lanes, input.now),
    all(selectLanes, { lanes }),
    unfoldedLanes(),
    first(countOpen, input),
    laneRoom(input),
    bestOf(input.demandIds, input.seeds.length),
  )
  const known = rows.map(laneFromRow)
  const stopped = known.find((lane) => !letsIn(lane))
  if (stopped !== undefined) return nothing(outOfOrder(stopped))
  const unfolded = waiting.size === 0 ? undefined : input.lanes.find((lane) => waiting.has(lane))
  if (unfolded !== undefined) return nothing(notFolded(unfolded))
  const open = present(counted, 'a count always answers')
  const agentLeft = input.agentSlots - Number(open.agent)
  const hostLeft = input.hostSlots - Number(open.host)
  if (agentLeft <= 0) return nothing(full(`agent ${input.agent}`, input.agentSlots))
  if (hostLeft <= 0) return nothing(full(`host ${input.host}`, input.hostSlots))
  const ramp = yield* rampLeft(known)
  if (ramp.left <= 0) return nothing(ramping(ramp.lane))
  if (cap.left <= 0) return nothing(full(cap.lane, cap.most))
  const room = Math.min(agentLeft, hostLeft, ramp.left, cap.left)
  const probes = known.some(isProbing)
  const { claimed, refused } = yield* takeBest(input, bounds, room, chosen, probes)
  const canary = claimed[0]?.attempt.id
  if (canary !== undefined) yield* sendCanary(known, canary, input.now)
  return { claimed, refused: claimed.length === 0 ? refused : null }
}

/** Passing, or probing with its canary's place free. What cannot be read lets nobody in. */
const letsIn = ({ gate, readable }: Lane): boolean =>
  readable && (gate.state === 'passing' || (gate.state === 'probing' && gate.canary === null))

/** How many attempts the lanes that are coming back let in, and which of them is the narrowest. */
function* rampLeft(known: readonly Lane[]): Script<{ left: number; lane: string }> {
  let narrowest = { left: Number.POSITIVE_INFINITY, lane: '' }
  for (const lane of known) {
    const { gate } = lane
    if (gate.state === 'passing' && gate.ramp === undefined) continue
    const left =
      gate.state === 'passing' && gate.ramp !== undefined ? gate.ramp - (yield* unproven(lane)) : 1
    if (left < narrowest.left) narrowest = { left, lane: lane.lane }
  }
  return narrowest
}

const isProbing = (lane: Lane): lane is Lane & { gate: { state: 'probing' } } =>
  lane.gate.state === 'probing'

/** One attempt is the canary of every probing lane it passes. */
function* sendCanary(known: readonly Lane[], attemptId: number, now: number): Script<void> {
  for (const lane of known) {
    if (!isProbing(lane)) continue
    yield* writeLane({ ...lane, gate: { ...lane.gate, canary: attemptId } }, now)
    yield* record(now, { attemptId }, { kind: 'gate.canary', lane: lane.lane, attemptId })
  }
}

/** The best ready tasks of these demands, at most so many. */
function* bestOf(demandIds: readonly number[], limit: number): Script<readonly ChosenRow[]> {
  const [only, ...others] = demandIds
  if (only === undefined) return []
  return others.length === 0
    ? yield* all(chooseOfOne(limit), { demand: only, limit })
    : yield* all(choose, { demands: JSON.stringify(demandIds), limit })
}

/**
 * Takes the best tasks, one demand that may not be taken now after the other left out of the choice. `chosen` are the best of all
 * demands, as many as were wished. Where a canary is sent, more is said behind it.
 */
function* takeBest(
  input: ClaimInput,
  bounds: Bounds,
  room: number,
  chosen: readonly ChosenRow[],
  sendsCanary: boolean,
): Script<ClaimResult> {
  const claimed: Claimed[] = []
  let refused: Refusal | null = null
  const takeNext = (rows: readonly ChosenRow[], isLast = false) =>
    takeAll(input, rows, input.seeds.slice(claimed.length), isLast)
  const left = new Set(input.demandIds)
  for (const [id, demand] of bounds) {
    const why = yield* boundRefusal(demand, input)
    if (why === null) continue
    left.delete(id)
    refused = why
  }
  const wished = Math.min(room, input.seeds.length)
  while (claimed.length < wished && left.size > 0) {
    const limit = wished - claimed.length
    const isFirst = claimed.length === 0 && left.size === input.demandIds.length
    const rows = isFirst ? chosen.slice(0, limit) : yield* bestOf([...left], limit)
    if (rows.length === 0) break
    if (!rows.some((row) => bounds.has(row.demand_id))) {
      const isEnough = rows.length === limit || left.size === 1 // there is no more of it
      claimed.push(...(yield* takeNext(rows, isEnough && !sendsCanary)))
      if (isEnough) break
      continue
    }
    for (const row of rows) {
      const demand = bounds.get(row.demand_id)
      // What the one before it took along may have been the last of its kind.
      const why =
        demand === undefined || claimed.length === 0 ? null : yield* boundRefusal(demand, input)
      if (why !== null) {
        left.delete(row.demand_id)
        refused = why
        continue
      }
      if (!left.has(row.demand_id)) continue
      const one = present((yield* takeNext([row]))[0], 'what is taken is answered')
      if (demand !== undefined)
        yield* takeAlong(demand, { attemptId: one.attempt.id, taskId: row.id }, input)
      claimed.push(one)
    }
  }
  return { claimed, refused }
}

const nothing = (refused: Refusal): ClaimResult => ({ claimed: [], refused })

function outOfOrder({ lane, gate, readable }: Lane): Refusal {
  const seen = readable ? gate : unreadable
  return refusal(
    `gate.${seen.state}`,
    `${lane} is ${seen.state}`,
    gateRelease({ lane, ...seen }, isoTime),
  )
}

const unreadable = {
  state: 'pinned',
  since: 0,
  until: null,
  by: houseName,
  reason: 'its row cannot be read',
} as const

const notFolded = (lane: string): Refusal =>
  refusal(
    'gate.unfolded',
    `an ending that may shut ${lane} is not judged yet`,
    'the gate folds it, at the next look',
  )

const ramping = (lane: string): Refusal =>
  refusal(
    'gate.ramping',
    `${lane} is coming back slowly`,
    'one of the attempts under way gives evidence or ends',
  )

const full = (who: string, slots: number): Refusal =>
  refusal('cap.full', `${who} has all ${slots} slots taken`, 'one of its attempts ends')
