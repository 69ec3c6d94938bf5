// The JSON that commands answer with, in one place, for it is a promise (docs/cli.md): fields are added, never renamed
// or removed. Times are ISO 8601 in UTC, durations are milliseconds and say so, what is not known is null.

import { isoTime } from '../../base/when.ts'
import type { WhyFleet } from '../../loops/dispatch/why-fleet.ts'
import type { Why } from '../../loops/dispatch/why-shape.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Fact } from '../../model/fact.ts'
import { type Gate, gateRelease } from '../../model/gate.ts'
import { type Hold, releaseSentence } from '../../model/hold.ts'
import type { Task, TaskBrief } from '../../model/task.ts'
import type { Incident } from '../../model/incident.ts'
import type { KeptRefusal } from '../../model/told-refusal.ts'

/** A task as lists show it. */
export const taskLine = (task: TaskBrief) => ({
  id: task.id,
  title: task.title,
  state: task.state,
  outcome: task.state === 'settled' ? task.outcome : null,
  verified: task.state === 'settled' ? task.verified : null,
  attempts: task.attempts,
  attemptsMax: task.attemptsMax,
  priority: task.priority,
  kind: task.demand.kind,
  agent: task.demand.agent,
  tier: task.demand.tier,
  role: task.demand.role,
  labels: task.demand.labels,
  attemptId: task.state === 'taken' ? task.attemptId : null,
  againOf: task.againOf,
  createdAt: isoTime(task.createdAt),
  createdBy: task.createdBy,
  readyAt: task.state === 'ready' ? isoTime(task.readyAt) : null,
  settledAt: task.state === 'settled' ? isoTime(task.settledAt) : null,
  settledBy: task.state === 'settled' ? task.settledBy : null,
  reason: task.state === 'settled' ? task.reason : null,
})

/** A task with its order. */
export const taskWhole = (task: Task) => ({
  ...taskLine(task),
  ...task.order,
  workspace: task.order.workspace ?? null,
  review: task.order.review === true,
  reviewOf: task.order.reviewOf ?? null,
})

export const attemptShape = (attempt: Attempt) => ({
  id: attempt.id,
  taskId: attempt.taskId,
  state: attempt.state,
  class: attempt.verdict?.class ?? null,
  blame: attempt.verdict?.blame ?? null,
  exitCode: attempt.verdict?.exitCode ?? null,
  signal: attempt.verdict?.signal ?? null,
  evidence: attempt.verdict?.evidence ?? null,
  neverStarted: attempt.verdict?.neverStarted ?? null,
  resetAt: time(attempt.verdict?.resetAt),
  agent: attempt.agent,
  host: attempt.host,
  lanes: attempt.lanes,
  pid: attempt.launch?.pid ?? null,
  claimedAt: isoTime(attempt.claimedAt),
  launchedAt: time(attempt.launchedAt),
  confirmedAt: time(attempt.confirmedAt),
  endedAt: time(attempt.endedAt),
  leaseUntil: isoTime(attempt.leaseUntil),
  said: attempt.said && { ...attempt.said, at: isoTime(attempt.said.at) },
  progress: attempt.progress && { ...attempt.progress, at: isoTime(attempt.progress.at) },
  stop: attempt.stop,
  usage: attempt.usage,
})

export const holdShape = (hold: Hold) => ({
  id: hold.id,
  taskId: hold.taskId,
  kind: hold.kind,
  since: isoTime(hold.since),
  release: releaseSentence(hold.release, isoTime),
  until: hold.release.kind === 'time' ? isoTime(hold.release.until) : null,
  after: hold.release.kind === 'after' ? hold.release.taskId : null,
  needsPerson:
    hold.release.kind === 'after' ? hold.release.needsPerson : hold.release.kind === 'person',
  releasedAt: time(hold.releasedAt),
  releasedBy: hold.releasedBy,
})

export const gateShape = (gate: Gate) => ({
  lane: gate.lane,
  state: gate.state,
  since: gate.state === 'passing' ? null : isoTime(gate.since),
  until: gate.state === 'shut' || gate.state === 'pinned' ? time(gate.until) : null,
  by: gate.state === 'pinned' ? gate.by : null,
  reason: gate.state === 'passing' ? null : gate.reason,
  canary: gate.state === 'probing' ? gate.canary : null,
  release: gateRelease(gate, isoTime),
})

export const whyShape = (why: Why) => ({
  ...why,
  holds: why.holds.map((hold) => ({
    ...hold,
    since: isoTime(hold.since),
    until: time(hold.until),
    lastFiredAt: time(hold.lastFiredAt),
    lastMovedAt: time(hold.lastMovedAt),
  })),
  gates: why.gates.map((gate) => ({ ...gate, since: isoTime(gate.since) })),
})

export const factShape = (fact: Fact) => ({
  id: fact.id,
  at: isoTime(fact.at),
  taskId: fact.taskId,
  attemptId: fact.attemptId,
  ...fact.body,
})

export const incidentShape = (incident: Incident) => ({
  ...incident,
  openedAt: isoTime(incident.openedAt),
  lastAt: isoTime(incident.lastAt),
  resolvedAt: time(incident.resolvedAt),
  toldAt: time(incident.toldAt),
})

const time = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : isoTime(ms)

/** What was refused, as often as it was. */
export const refusalShape = (one: KeptRefusal) => ({
  ...one,
  firstAt: isoTime(one.firstAt),
  lastAt: isoTime(one.lastAt),
})

/** Why nothing more runs in the whole fleet. */
export const whyFleetShape = (answer: WhyFleet) => ({
  ...answer,
  reasons: [...answer.reasons],
  refusals: answer.refusals.map(refusalShape),
  waits: answer.waits.map(({ class: name, waiting, flag }) => ({ class: name, waiting, flag })),
})
