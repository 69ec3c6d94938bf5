// pin and resetGate. What a person pins, only that person's word or its stated time undoes; each reset is a fact.

import { type Gate, houseName } from '../../../model/gate.ts'
import { incidentOfLane } from '../../../model/incident.ts'
import { freshMemory, type Lane } from '../../../model/lane.ts'
import { rampSteps } from '../../../model/lane-rules.ts'
import { gateFromRow } from '../rows.ts'
import type { GatesTable } from '../schema.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { resolveIncident } from './incidents.ts'
import { lockable, lockLane, newestAttempt, writeLane } from './lanes.ts'

/** On PostgreSQL a claim leaves passing rows behind, which it needs for locking; they tell nothing and are left out. */
const selectGates = statement<object, GatesTable>('selectGates', (db) =>
  db
    .selectFrom('gates')
    .selectAll()
    .where((eb) =>
      eb.or([eb('state', '<>', 'passing'), eb('by', 'is not', null), eb('ramp', 'is not', null)]),
    )
    .orderBy('lane'),
)
/** See Store.gates. */
export function* gates(): Script<readonly Gate[]> {
  return (yield* all(selectGates, {})).map(gateFromRow)
}

/** See Store.pin. */
export function* pin(input: {
  lane: string
  by: string
  reason: string
  until: number | null
  now: number
}): Script<void> {
  const { lane, by, reason, until, now } = input
  yield* lockable([lane], now)
  const before = yield* lockLane(lane)
  yield* writeLane({ ...before, gate: { state: 'pinned', since: now, until, by, reason } }, now)
  yield* record(now, {}, { kind: 'gate.pinned', lane, by, reason, until })
}

/** See Store.resetGate. */
export function* resetGate(input: {
  lane: string
  by: string
  reason: string
  now: number
}): Script<{ was: string }> {
  const { lane, by, reason, now } = input
  const before = yield* lockLane(lane)
  const { gate } = before
  const was = gate.state
  const { incident, prints } = before.memory
  const isWhole = gate.state === 'passing' && gate.ramp === undefined
  if (isWhole && before.memory.streak.length === 0) return { was }
  const cut = yield* newestAttempt()
  if (shutByFailures(before)) {
    // What failed until now is over; the next ones go in slowly, and the incident ends when they have gone well.
    const memory = { ...before.memory, streak: [], proven: [], trial: false, cut }
    yield* writeLane(
      { ...before, gate: { state: 'passing', ramp: rampSteps[0] ?? 1 }, memory },
      now,
      { by, reason },
    )
  } else {
    yield* writeLane(
      { ...before, gate: { state: 'passing' }, memory: { ...freshMemory, prints, cut } },
      now,
      { by, reason },
    )
    if (incident !== null) yield* resolveIncident({ key: incident, by, now })
  }
  yield* record(now, {}, { kind: 'gate.reset', lane, by, reason, was })
  return { was }
}

/** See Store.recovered. */
export function* recovered(input: { lane: string; by: string; now: number }): Script<void> {
  const { lane, by, now } = input
  const before = yield* lockLane(lane)
  const { gate, memory } = before
  if (gate.state !== 'probing' || gate.canary !== null || memory.incident === null) return
  yield* writeLane({ ...before, memory: { ...memory, incident: null } }, now)
  if (memory.incident === incidentOfLane(lane))
    yield* resolveIncident({ key: memory.incident, by, now })
}

const shutByFailures = ({ gate, memory }: Lane): boolean =>
  gate.state === 'shut' ||
  gate.state === 'probing' ||
  (gate.state === 'pinned' && gate.by === houseName && memory.shutBy !== null)

/** Locked, for a person may be pinning one of them anew, and that pin is not ours to undo. */
const selectPinsDue = statement<{ now: number }, { lane: string }>(
  'selectPinsDue',
  (db, arg, dialect) => {
    const due = db
      .selectFrom('gates')
      .select('lane')
      .where('state', '=', 'pinned')
      .where('until', '<=', arg('now'))
    const query = due.orderBy('lane')
    return dialect === 'postgres' ? query.forUpdate() : query
  },
)

/** Reopens every pin whose stated end has come. */
export function* releasePins(now: number): Script<void> {
  for (const { lane } of yield* all(selectPinsDue, { now }))
    yield* resetGate({ lane, by: 'time', reason: 'its stated end has come', now })
}
