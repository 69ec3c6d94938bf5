// Judges what a lane's move means for incidents: one open incident per trouble, the widest lane out of order gives it its
// name, and what fails under that lane joins it. Pure.

import type { FailureClass } from '../../model/failure.ts'
import { agentLane, type Gate, gateRelease, houseName } from '../../model/gate.ts'
import {
  type IncidentData,
  type IncidentMove,
  incidentOfLane,
  incidentOfLosses,
  noData,
} from '../../model/incident.ts'
import type { Lane } from '../../model/lane.ts'
import { laneKind, laneKinds, relapseMs } from '../../model/lane-rules.ts'
import type { Move } from './seen.ts'
import type { LaneFact } from './evidence.ts'

/** The world an incident is judged in. */
export interface IncidentWorld {
  readonly lanes: ReadonlyMap<string, Lane>
  readonly attempt: LaneFact['attempt']
  readonly at: (ms: number) => string
}

/** What the move does to incidents, and the incident the lane now belongs to. */
export function incidentsOf(
  lane: Lane,
  move: Move,
  world: IncidentWorld,
): { moves: IncidentMove[]; incident: string | null } {
  const own = incidentOfLane(lane.lane)
  const { incident } = lane.memory
  switch (move.to) {
    case 'shut':
      if (!move.tell && incident === null)
        return { moves: quietly(lane, move.class, world), incident }
      return trouble(lane, move.class, move.reason, world)
    case 'pinned':
      return trouble(lane, move.class, move.reason, world)
    case 'ramped':
      if (move.ramp !== null) return { moves: [], incident }
      return { moves: [{ do: 'resolve', key: own, by: move.by }], incident: null }
    case 'mass':
      return { moves: [massDeath(lane, move.count, world)], incident }
    case 'calm':
      return {
        moves: [{ do: 'resolve', key: incidentOfLosses(lane.lane), by: 'a session started there' }],
        incident,
      }
    default:
      return { moves: [], incident }
  }
}

function trouble(
  lane: Lane,
  name: FailureClass,
  reason: string,
  world: IncidentWorld,
): { moves: IncidentMove[]; incident: string } {
  const data = dataOf(lane, name, world)
  const wider =
    lane.memory.incident === incidentOfLane(lane.lane) ? null : widerTrouble(lane, world)
  if (wider !== null) return { moves: [{ do: 'join', key: wider, data }], incident: wider }
  const key = incidentOfLane(lane.lane)
  const title = `${lane.lane} is ${lane.gate.state}: ${reason}`
  const open: IncidentMove = { do: 'open', key, title, data, reopenMs: relapseMs }
  return { moves: [open, ...absorbed(lane, key, world)], incident: key }
}

/**
 * A lane between two tries has no incident of its own. It belongs to that of a wider lane all the same, so that one deed
 * brings back all of it; the failure that opened that one is counted there already.
 */
function quietly(lane: Lane, name: FailureClass, world: IncidentWorld): IncidentMove[] {
  const wider = widerLane(lane, world)
  const key = wider?.memory.incident ?? null
  if (wider === null || key === null) return []
  const isCounted = wider.memory.streak.some((one) => one.attempt === world.attempt?.id)
  return isCounted ? [] : [{ do: 'join', key, data: dataOf(lane, name, world) }]
}

/** The incident of a wider lane of the same attempt that is out of order by itself. */
const widerTrouble = (lane: Lane, world: IncidentWorld): string | null =>
  widerLane(lane, world)?.memory.incident ?? null

function widerLane(lane: Lane, { lanes, attempt }: IncidentWorld): Lane | null {
  for (const name of attempt?.lanes ?? []) {
    if (width(name) >= width(lane.lane)) continue
    const wider = lanes.get(name)
    if (wider === undefined || !isOutOfOrder(wider) || wider.memory.incident === null) continue
    return wider
  }
  return null
}

const width = (lane: string): number => laneKinds.indexOf(laneKind(lane) ?? 'agent')

const isOutOfOrder = ({ gate }: Lane): boolean =>
  gate.state === 'shut' ||
  gate.state === 'probing' ||
  (gate.state === 'pinned' && gate.by === houseName)

/** Incidents of the agents whose failures made this wider lane shut: they were this one all the time. */
function absorbed(lane: Lane, into: string, { lanes }: IncidentWorld): IncidentMove[] {
  return agentsUnder(lane).flatMap((agent) => {
    const key = incidentOfLane(agent)
    return lanes.get(agent)?.memory.incident === key ? [{ do: 'absorb' as const, key, into }] : []
  })
}

/** The agents whose failures shut a host or the fleet: they were shut, one by one, before it was. */
function agentsUnder({ lane, memory }: Lane): string[] {
  if (!['fleet', 'host'].includes(laneKind(lane) ?? '')) return []
  return [...new Set(memory.streak.map((one) => agentLane(one.agent)))]
}

function dataOf(lane: Lane, name: FailureClass, { attempt, at }: IncidentWorld): IncidentData {
  const streak = lane.memory.streak
  const tasks = [
    ...new Set([...streak.map((one) => one.task), ...(attempt ? [attempt.taskId] : [])]),
  ]
  const first = lane.memory.wait <= 1 && streak.length > 0
  const classes: Partial<Record<FailureClass, number>> = {}
  for (const one of first ? streak : [{ class: name }])
    classes[one.class] = (classes[one.class] ?? 0) + 1
  return {
    ...noData,
    lane: lane.lane,
    needsPerson: lane.gate.state === 'pinned',
    classes,
    lanes: [lane.lane, ...(first ? agentsUnder(lane) : [])],
    tasks,
    attempts: first ? streak.length : attempt === null ? 0 : 1,
    release: gateRelease({ lane: lane.lane, ...lane.gate } as Gate, at),
  }
}

const massDeath = (lane: Lane, count: number, { attempt }: IncidentWorld): IncidentMove => ({
  do: 'open',
  key: incidentOfLosses(lane.lane),
  title: `${count} sessions on ${lane.lane.replace(/^host:/, '')} were lost within a minute`,
  data: {
    ...noData,
    lane: lane.lane,
    classes: { lost: count },
    lanes: [lane.lane],
    tasks: attempt === null ? [] : [attempt.taskId],
    attempts: count,
    release: 'the next session that starts there; the tasks are tried again by themselves',
  },
  reopenMs: relapseMs,
})
