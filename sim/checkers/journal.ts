// Folds the facts into what they say the tasks and attempts are, one fact after the other. What the rows say is compared with
// this; a fact that fits no arrow, or an arrow without a fact, shows there.

import type { Fact, FactBody } from '../../src/model/fact.ts'
import { houseName } from '../../src/model/gate.ts'
import type { Release } from '../../src/model/hold.ts'
import { laneKind } from '../../src/model/lane-rules.ts'
import type { FailureClass } from '../../src/model/failure.ts'
import type { Outcome } from '../../src/model/task.ts'
import type { AttemptState, TaskState } from '../../src/model/transitions.ts'

export interface TaskStory {
  readonly id: number
  state: TaskState
  holder: number | null
  outcome: Outcome | null
  settlements: number
  readonly attempts: number[]
  /** Attempts that were given back charged. */
  readonly charged: number[]
  /** How many of these would have failed the task, had its lanes been passing. */
  spared: number
  readonly liveHolds: Set<number>
}

export interface AttemptStory {
  readonly id: number
  readonly taskId: number
  readonly agent: string
  readonly host: string
  state: AttemptState
  endings: number
  class: FailureClass | null
  endedAtMs: number | null
}

export interface Violation {
  readonly law: string
  readonly sentence: string
  readonly taskId: number | null
  readonly atMs: number
}

export class Journal {
  readonly tasks = new Map<number, TaskStory>()
  readonly attempts = new Map<number, AttemptStory>()
  readonly openByHost = new Map<string, number>()
  readonly openByAgent = new Map<string, number>()
  readonly arrows = new Map<string, number>()
  readonly refusals = new Map<string, number>()
  readonly classes = new Map<string, number>()
  /** How often each kind of hold and gate was released, and by what. */
  readonly releases = new Map<string, number>()
  /** How often each rule shut or pinned a lane, as `class → kind of lane`. */
  readonly rules = new Map<string, number>()
  readonly #holdKinds = new Map<number, string>()
  /** How often a lane came to each state. */
  readonly gates = new Map<string, number>()
  lastFactId = 0
  facts = 0

  task(id: number): TaskStory {
    const known = this.tasks.get(id)
    if (known !== undefined) return known
    const story: TaskStory = {
      id,
      state: 'ready',
      holder: null,
      outcome: null,
      settlements: 0,
      attempts: [],
      charged: [],
      spared: 0,
      liveHolds: new Set(),
    }
    this.tasks.set(id, story)
    return story
  }

  /** Takes one fact in. */
  fold({ id, taskId, attemptId, body }: Fact, nowMs: number) {
    this.lastFactId = id
    this.facts += 1
    if (body.kind === 'write.refused') count(this.refusals, `${body.verb} ${body.code}`)
    const gate = /^gate\.(shut|probing|passing|pinned)$/.exec(body.kind)?.[1]
    if (gate !== undefined) count(this.gates, gate)
    this.#act(body)
    if (taskId === null) return
    const task = this.task(taskId)
    switch (body.kind) {
      case 'task.enqueued':
        task.state = body.state
        return
      case 'task.held':
        task.liveHolds.add(body.holdId)
        if (task.state === 'ready' || task.state === 'taken') this.#move(task, 'held')
        return
      case 'task.returned':
        if (body.charged && attemptId !== null) task.charged.push(attemptId)
        if (body.charged && body.reason.includes('; not settled while ')) task.spared += 1
        return
      case 'hold.released':
        task.liveHolds.delete(body.holdId)
        return
      case 'task.ready':
        return this.#move(task, 'ready')
      case 'task.settled':
        this.#move(task, 'settled')
        task.outcome = body.outcome
        task.settlements += 1
        task.liveHolds.clear()
        return
      case 'attempt.claimed':
        return this.#claimed(task, attemptId ?? 0, body.agent, body.host)
      case 'attempt.launched':
        return this.#step(attemptId, 'launched')
      case 'attempt.confirmed':
        return this.#step(attemptId, 'confirmed')
      case 'attempt.ended':
        return this.#ended(attemptId, body.class, nowMs)
      default:
        return
    }
  }

  /** Counts what the rules and releases did. */
  #act(body: FactBody): void {
    if (body.kind === 'task.held') this.#holdKinds.set(body.holdId, whyHeld(body.release))
    const rule = ruleOf(body)
    if (rule !== null) count(this.rules, rule)
    const released =
      body.kind === 'hold.released'
        ? `hold ${this.#holdKinds.get(body.holdId)}`
        : gateReleaseOf(body)
    if (released !== null) count(this.releases, released)
  }

  #move(task: TaskStory, to: TaskState): void {
    count(this.arrows, `task ${task.state} → ${to}`)
    task.state = to
    if (to !== 'taken' && to !== 'settled') task.holder = null
  }

  #claimed(task: TaskStory, id: number, agent: string, host: string): void {
    this.#move(task, 'taken')
    task.holder = id
    task.attempts.push(id)
    this.attempts.set(id, {
      id,
      taskId: task.id,
      agent,
      host,
      state: 'claimed',
      endings: 0,
      class: null,
      endedAtMs: null,
    })
    count(this.openByHost, host)
    count(this.openByAgent, agent)
  }

  #step(id: number | null, to: AttemptState): void {
    const attempt = this.attempts.get(id ?? 0)
    if (attempt === undefined) return
    count(this.arrows, `attempt ${attempt.state} → ${to}`)
    attempt.state = to
  }

  #ended(id: number | null, name: FailureClass, nowMs: number): void {
    const attempt = this.attempts.get(id ?? 0)
    if (attempt === undefined) return
    this.#step(id, 'ended')
    attempt.endings += 1
    attempt.class = name
    attempt.endedAtMs = nowMs
    count(this.classes, name)
    count(this.openByHost, attempt.host, -1)
    count(this.openByAgent, attempt.agent, -1)
  }
}

export function count(counts: Map<string, number>, what: string, by = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + by)
}

const whyHeld = (release: Release): string =>
  release.kind === 'time' ? `time (${release.why})` : release.kind

/** The rule by which a lane was shut or pinned; null when it was not, or a person did it. */
function ruleOf(body: FactBody): string | null {
  if (body.kind === 'gate.shut') return `${body.class} → ${laneKind(body.lane)}`
  if (body.kind !== 'gate.pinned' || body.by !== houseName) return null
  const cause = /^([a-z_]+): /.exec(body.reason)?.[1]
  return cause === undefined ? null : `${cause} → ${laneKind(body.lane)}`
}

function gateReleaseOf(body: FactBody): string | null {
  if (body.kind === 'gate.probing') return 'gate probed'
  if (body.kind === 'gate.passing') return 'gate passes by evidence'
  if (body.kind !== 'gate.reset') return null
  return body.by === 'time' ? 'pin over' : 'gate reset'
}
