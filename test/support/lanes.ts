// A town of lanes for tests of the gate room: attempts pass, say what they say and end; facts are folded as the store
// would hand them over. Claims keep the law of the store: no gate that is shut, one canary, a ramp of the unproven.

import type { UnfoldedFact } from '../../src/drivers/store/contract/shapes.ts'
import type { BreakerRules } from '../../src/lifecycle/gate/seen.ts'
import { wholeAgain } from '../../src/lifecycle/gate/breaker.ts'
import { foldFacts } from '../../src/lifecycle/gate/fold.ts'
import type { FactBody } from '../../src/model/fact.ts'
import { type FailureClass, failureTable, type Verdict } from '../../src/model/failure.ts'
import type { GateState } from '../../src/model/gate.ts'
import type { IncidentMove } from '../../src/model/incident.ts'
import { freshLane, type Lane } from '../../src/model/lane.ts'
import { rampQuietMs } from '../../src/model/lane-rules.ts'

export interface TownAgent {
  readonly name: string
  readonly host: string
  /** Provider, account and cli; none for a plain program. */
  readonly client: readonly string[]
}

export const claude = (
  name: string,
  more: Partial<{ host: string; account: string; provider: string; cli: string }> = {},
): TownAgent => {
  const {
    host = 'h1',
    provider = 'anthropic',
    account = `${provider}-default`,
    cli = 'claude',
  } = more
  return { name, host, client: [`provider:${provider}`, `account:${account}`, `cli:${cli}`] }
}
export const plain = (name: string, host = 'h1'): TownAgent => ({ name, host, client: [] })

interface Running {
  readonly id: number
  readonly task: number
  readonly agent: TownAgent
}

export class Town {
  now = 1_000_000
  readonly facts: FactBody[] = []
  readonly incidents: IncidentMove[] = []
  readonly running = new Map<number, Running>()
  #lanes = new Map<string, Lane>()
  #pending: UnfoldedFact[] = []
  #attempts = 0
  #factId = 0
  readonly #chance: () => number

  constructor(chance: () => number = () => 0.5) {
    this.#chance = chance
  }

  gate(lane: string): GateState {
    return (this.#lanes.get(lane) ?? freshLane(lane)).gate
  }

  lane(lane: string): Lane {
    return this.#lanes.get(lane) ?? freshLane(lane)
  }

  /** A lane as somebody else wrote it. */
  put(lane: Lane): void {
    this.#lanes.set(lane.lane, lane)
  }

  /** Lanes that are not wholly passing. */
  outOfOrder(): string[] {
    return [...this.#lanes.values()]
      .filter(({ gate }) => gate.state !== 'passing')
      .map(({ lane }) => lane)
      .sort()
  }

  lanesOf(agent: TownAgent): string[] {
    return ['fleet', `host:${agent.host}`, `agent:${agent.name}`, ...agent.client].sort()
  }

  /** Claims as the store does; null when a gate refuses. */
  claim(agent: TownAgent, task: number): number | null {
    this.fold()
    const lanes = this.lanesOf(agent).map((lane) => this.lane(lane))
    for (const lane of lanes) {
      const { gate } = lane
      if (gate.state === 'shut' || gate.state === 'pinned') return null
      if (gate.state === 'probing' && gate.canary !== null) return null
      if (gate.state === 'passing' && gate.ramp !== undefined && this.#unproven(lane) >= gate.ramp)
        return null
    }
    const id = ++this.#attempts
    this.running.set(id, { id, task, agent })
    for (const lane of lanes)
      if (lane.gate.state === 'probing')
        this.#lanes.set(lane.lane, { ...lane, gate: { ...lane.gate, canary: id } })
    return id
  }

  #unproven({ lane, memory }: Lane): number {
    return [...this.running.values()].filter(
      (one) =>
        one.id > memory.cut &&
        !memory.proven.includes(one.id) &&
        this.lanesOf(one.agent).includes(lane),
    ).length
  }

  /** A claim that the test relies on. */
  start(agent: TownAgent, task: number): number {
    const id = this.claim(agent, task)
    if (id === null) throw new Error(`refused: ${this.outOfOrder().join(', ')}`)
    return id
  }

  tell(id: number, kind: 'attempt.confirmed' | 'attempt.ordered' | 'attempt.spoke'): void {
    const body = { kind, program: 'p', receipt: 'r' } as unknown as FactBody
    this.#record(body, id, null)
  }

  end(id: number, name: FailureClass, more: Partial<Verdict> = {}): void {
    const verdict: Verdict = {
      class: name,
      blame: failureTable[name].blame,
      exitCode: null,
      signal: null,
      evidence: `it was ${name}`,
      resetAt: null,
      neverStarted: false,
      ...more,
    }
    const { blame, exitCode, signal, evidence } = verdict
    this.#record(
      { kind: 'attempt.ended', class: name, blame, exitCode, signal, evidence },
      id,
      verdict,
    )
    this.running.delete(id)
  }

  /** Something happens to the world. */
  world(body: FactBody): void {
    this.#record(body, null, null)
  }

  #record(body: FactBody, id: number | null, verdict: Verdict | null): void {
    const one = id === null ? null : (this.running.get(id) ?? null)
    const fact = {
      id: ++this.#factId,
      at: this.now,
      taskId: one?.task ?? null,
      attemptId: id,
      body,
    }
    const attempt = one && {
      id: one.id,
      taskId: one.task,
      agent: one.agent.name,
      host: one.agent.host,
      lanes: this.lanesOf(one.agent),
      verdict,
    }
    this.#pending.push({ fact, attempt })
  }

  /** The whole way of one attempt that ends so. False when a gate refused it. */
  run(agent: TownAgent, task: number, name: FailureClass, more: Partial<Verdict> = {}): boolean {
    const id = this.claim(agent, task)
    if (id === null) return false
    const started = !['launch_failed', 'resource_exhausted'].includes(name)
    if (started) this.tell(id, 'attempt.confirmed')
    if (started && agent.client.length > 0 && name !== 'argument_error')
      this.tell(id, 'attempt.ordered')
    if (agent.client.length > 0 && spoken.has(name)) this.tell(id, 'attempt.spoke')
    this.end(id, name, more)
    this.fold()
    return true
  }

  fold(): void {
    const rules: BreakerRules = {
      newestAttempt: this.#attempts,
      jitter: (ms) => Math.round(ms * (0.9 + 0.2 * this.#chance())),
      afterReset: () => Math.round(1_000 + 29_000 * this.#chance()),
    }
    const sheet = foldFacts(this.#pending.splice(0), [...this.#lanes.values()], rules)
    for (const [name, lane] of sheet.changed) this.#lanes.set(name, lane)
    this.facts.push(...sheet.facts)
    this.incidents.push(...sheet.incidents)
  }

  /** Lets time pass; what is due is probed, and a ramp with nothing to try ends. */
  pass(ms: number): void {
    this.now += ms
    this.fold()
    for (const lane of this.#lanes.values()) {
      const { gate } = lane
      if (gate.state === 'shut' && gate.until <= this.now)
        this.#lanes.set(lane.lane, {
          ...lane,
          gate: { state: 'probing', since: this.now, canary: null, reason: 'due' },
        })
      else if (
        gate.state === 'passing' &&
        gate.ramp !== undefined &&
        ms >= rampQuietMs &&
        this.#unproven(lane) === 0
      )
        this.#lanes.set(lane.lane, wholeAgain(lane, this.now))
    }
  }

  /** Until the gate of a lane is due. */
  passUntilProbed(lane: string): void {
    const gate = this.gate(lane)
    if (gate.state !== 'shut') throw new Error(`${lane} is ${gate.state}`)
    this.pass(gate.until - this.now)
  }

  moves(lane: string): string[] {
    return this.facts
      .filter((body) => 'lane' in body && body.lane === lane)
      .map((body) => body.kind.replace('gate.', ''))
  }
}

/** Endings before which the model spoke. */
const spoken: ReadonlySet<FailureClass> = new Set([
  'success',
  'task_failed',
  'max_turns',
  'timeout',
  'context_too_large',
  'content_refused',
  'tool_permission',
])
