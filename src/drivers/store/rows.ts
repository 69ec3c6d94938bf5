// Rows become model nouns here and nowhere else. A row that breaks its own law is a programmer error and crashes.

import { present } from '../../base/assert.ts'
import type { Attempt, LaunchProof, Usage } from '../../model/attempt.ts'
import type { Demand } from '../../model/demand.ts'
import type { Fact, FactBody } from '../../model/fact.ts'
import type { Verdict } from '../../model/failure.ts'
import { type Gate, type GateState, houseName } from '../../model/gate.ts'
import type { Hold, HoldKind, HoldState, Release } from '../../model/hold.ts'
import { type Incident, readData } from '../../model/incident.ts'
import { freshMemory, type Lane, readMemory } from '../../model/lane.ts'
import type { Order, Outcome, Task, TaskBrief } from '../../model/task.ts'
import type { AttemptState } from '../../model/transitions.ts'
import type {
  AttemptsTable,
  FactsTable,
  GatesTable,
  HoldsTable,
  IncidentsTable,
  TasksTable,
} from './schema.ts'

type RowOf<T> = { [K in keyof T]: T[K] extends { __select__: infer S } ? S : T[K] }
export type TaskRow = Omit<RowOf<TasksTable>, 'id'> & {
  id: number
  demand_json: string
  attempts: number
}
export type TaskBriefRow = Omit<TaskRow, 'order_json'>
export type AttemptRow = Omit<RowOf<AttemptsTable>, 'id'> & { id: number }
export type HoldRow = Omit<RowOf<HoldsTable>, 'id'> & { id: number }
export type FactRow = Omit<RowOf<FactsTable>, 'id'> & { id: number }

/**
 * Reads the JSON of rows of which many in a row say the same (the lanes of one agent's attempts, the demand of one kind of task): that is
 * read once. Nobody changes what a row became.
 */
export function repeated<T>(): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | null = null
  return (text) => {
    if (last?.text !== text) last = { text, value: JSON.parse(text) as T }
    return last.value
  }
}

const demandOf = repeated<Demand>()
const lanesOf = repeated<readonly string[]>()

export function taskFromRow(row: TaskRow): Task {
  return { ...briefFromRow(row), order: JSON.parse(row.order_json) as Order }
}

export function briefFromRow(row: TaskBriefRow): TaskBrief {
  const common = {
    id: row.id,
    title: row.title,
    priority: row.priority,
    demand: demandOf(row.demand_json),
    attemptsMax: row.attempts_max,
    attempts: Number(row.attempts),
    againOf: row.again_of,
    createdAt: row.created_at,
    createdBy: row.created_by,
  }
  switch (row.state) {
    case 'held':
      return { ...common, state: 'held' }
    case 'ready':
      return {
        ...common,
        state: 'ready',
        readyAt: present(row.ready_at, 'a ready task has ready_at'),
      }
    case 'taken':
      return {
        ...common,
        state: 'taken',
        attemptId: present(row.attempt_id, 'a taken task names its attempt'),
      }
    case 'settled':
      return {
        ...common,
        state: 'settled',
        outcome: present(row.outcome, 'a settled task has an outcome') as Outcome,
        verified: row.verified === null ? null : row.verified === 1,
        settledAt: present(row.settled_at, 'a settled task has settled_at'),
        settledBy: row.settled_by ?? '',
        reason: row.reason ?? '',
      }
    default:
      throw new Error(`assertion broken: task ${row.id} has the unknown state ${row.state}`)
  }
}

export function attemptFromRow(row: AttemptRow): Attempt {
  return {
    id: row.id,
    taskId: row.task_id,
    state: row.state as AttemptState,
    agent: row.agent,
    host: row.host,
    nonce: row.nonce,
    lanes: lanesOf(row.lanes_json),
    leaseUntil: row.lease_until,
    claimedAt: row.claimed_at,
    launchedAt: row.launched_at,
    confirmedAt: row.confirmed_at,
    endedAt: row.ended_at,
    launch: parsed<LaunchProof>(row.launch_json),
    said:
      row.said === null
        ? null
        : { word: row.said as 'done' | 'fail', text: row.said_text ?? '', at: row.said_at ?? 0 },
    verdict: parsed<Verdict>(row.verdict_json),
    usage: parsed<Usage>(row.usage_json),
    stop: row.stop_reason === null ? null : { reason: row.stop_reason, by: row.stop_by ?? '' },
    progress: row.progress === null ? null : { text: row.progress, at: row.progress_at ?? 0 },
    ...(row.asked !== null && { asked: row.asked }),
    ...(row.waits_json !== null && { waitsFor: JSON.parse(row.waits_json) as Release }),
  }
}

export function holdFromRow(row: HoldRow): Hold {
  return {
    id: row.id,
    taskId: row.task_id,
    kind: row.kind as HoldKind,
    since: row.since,
    release: JSON.parse(row.release_json) as Release,
    state: JSON.parse(row.state_json) as HoldState,
    releasedAt: row.released_at,
    releasedBy: row.released_by,
    answer: row.answer,
  }
}

export const factFromRow = (row: FactRow): Fact => ({
  id: row.id,
  at: row.at,
  taskId: row.task_id,
  attemptId: row.attempt_id,
  body: JSON.parse(row.body_json) as FactBody,
})

/** The gate of a lane. One that can't be read never counts as passing (S1). */
export function gateFromRow(row: GatesTable): Gate {
  const { lane, since } = row
  const gate = readGate(row)
  if (gate !== null) return { lane, ...gate }
  const reason = `unreadable gate state ${row.state}`
  return { lane, state: 'pinned', since, reason, until: null, by: houseName }
}

/** The lane with all it remembers. A lane that is not readable is not passing, whatever its row says. */
export function laneFromRow(row: GatesTable): Lane {
  const memory = readMemory(row.memory_json)
  const { lane: _, ...gate } = gateFromRow(row)
  const readable = memory !== null && readGate(row) !== null
  return { lane: row.lane, gate, memory: memory ?? freshMemory, rev: row.rev, readable }
}

function readGate(row: GatesTable): GateState | null {
  const { since, reason, until, canary } = row
  switch (row.state) {
    case 'passing':
      return row.ramp === null ? { state: 'passing' } : { state: 'passing', ramp: row.ramp }
    case 'probing':
      return { state: 'probing', since, reason, canary }
    case 'shut':
      return until === null ? null : { state: 'shut', since, reason, until }
    case 'pinned':
      return { state: 'pinned', since, reason, until, by: row.by ?? 'unknown' }
    default:
      return null
  }
}

export const incidentFromRow = (row: Omit<IncidentsTable, 'id'> & { id: number }): Incident => ({
  id: row.id,
  key: row.key,
  title: row.title,
  openedAt: row.opened_at,
  lastAt: row.last_at,
  count: row.count,
  resolvedAt: row.resolved_at,
  resolvedBy: row.resolved_by,
  toldAt: row.told_at,
  data: readData(row.data_json),
})

const parsed = <T>(text: string | null): T | null =>
  text === null ? null : (JSON.parse(text) as T)
