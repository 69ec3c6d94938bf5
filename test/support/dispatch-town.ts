// The real dispatch loop over a real store in memory, on simulated time; only launcher, host and client are played: how a
// session fares is asked of the test when it starts.

import { chanceOf } from '../../sim/chance.ts'
import { clockOf, Time, Timeline } from '../../sim/clock.ts'
import { simulatedWorkspaces } from '../../sim/workspaces.ts'
import { failed } from '../../src/base/errors.ts'
import type { AgentAdapter, Ending } from '../../src/drivers/agents/contract.ts'
import type { Host } from '../../src/drivers/hosts/contract.ts'
import type { Launcher } from '../../src/drivers/launchers/contract.ts'
import type { Store } from '../../src/drivers/store/contract.ts'
import { openSqlite } from '../../src/drivers/store/sqlite/open.ts'
import type { DispatchDeps } from '../../src/loops/dispatch/deps.ts'
import type { SelfTester } from '../../src/loops/dispatch/gates.ts'
import { type Dispatcher, startDispatcher } from '../../src/loops/dispatch/loop.ts'
import type { LaunchProof } from '../../src/model/attempt.ts'
import type { Route } from '../../src/model/account.ts'
import type { AgentConfig, FleetConfig } from '../../src/model/config.ts'
import type { FactBody } from '../../src/model/fact.ts'
import type { FailureClass, Verdict } from '../../src/model/failure.ts'
import { defaultLimits } from '../../src/model/limits.ts'
import { anyAgent, fleetConfig, verdict } from './nouns.ts'

/** How one session fares. */
export interface Fate {
  readonly ends: FailureClass
  readonly afterMs?: number
  /** Whether the model speaks before the end; it does where nothing is said. */
  readonly speaks?: boolean
  readonly more?: Partial<Verdict>
}

export interface PlayedSession {
  readonly agent: string
  readonly attempt: number
  readonly task: number
  readonly now: number
  readonly lanes: readonly string[]
}

export interface TownOptions {
  readonly agents: readonly {
    readonly name: string
    readonly slots: number
    readonly client?: readonly string[]
    readonly routes?: readonly Route[]
  }[]
  readonly fate: (session: PlayedSession) => Fate
  readonly selfTest?: SelfTester
  /** An optional flag on which every refused call is pinned. */
  readonly optionalFlag?: string
  readonly testedLanes?: readonly string[]
  readonly starts?: Partial<Pick<AgentConfig, 'startsInRow' | 'cooldownMs'>>
  readonly backoffMs?: readonly number[]
}

export class DispatchTown {
  readonly time = new Time(1_800_000_000_000)
  readonly store: Store
  readonly errors: unknown[] = []
  /** Optional flags that are no longer sent. */
  readonly dropped = new Set<string>()
  started = 0
  readonly #dispatcher: Dispatcher
  readonly #clock = clockOf(new Timeline(this.time))

  constructor(options: TownOptions) {
    const random = chanceOf('town')
    const soon = (flush: () => void) => queueMicrotask(flush)
    this.store = openSqlite({ path: ':memory:', clock: this.#clock, random, soon })
    this.#dispatcher = startDispatcher(this.#deps(options))
  }

  get now(): number {
    return this.#clock.now()
  }

  async add(
    count: number,
    kind: 'prompt' | 'command' = 'prompt',
    attemptsMax = 5,
    agent: string | null = null,
  ): Promise<void> {
    for (let i = 0; i < count; i += 1)
      await this.store.enqueue({
        title: `work ${i}`,
        priority: 0,
        demand: { kind, agent, tier: null, role: null, labels: [] },
        order: {
          run: kind === 'command' ? 'x' : null,
          prompt: kind === 'prompt' ? 'x' : null,
          cwd: '/w',
          timeoutMs: null,
          verify: null,
          once: false,
        },
        attemptsMax,
        key: null,
        holds: [],
        againOf: null,
        by: 'test',
        now: this.now,
      })
  }

  async happens(body: FactBody): Promise<void> {
    await this.store.recordFacts({ bodies: [body], now: this.now })
  }

  async run(ms: number): Promise<void> {
    await this.time.run(this.time.nowMs + ms)
  }

  async stop(): Promise<void> {
    const stopped = this.#dispatcher.stop()
    await this.time.run(this.time.nowMs + 60_000)
    await stopped
    await this.store.close()
  }

  #deps({
    agents,
    fate,
    backoffMs,
    selfTest,
    testedLanes,
    starts,
    optionalFlag,
  }: TownOptions): DispatchDeps {
    const limits = { ...defaultLimits, pollMs: 30_000, leaseMs: 1_800_000 }
    const config: FleetConfig = {
      ...fleetConfig({ limits, slots: 64 }),
      ...(backoffMs && { backoffMs }),
    }
    const town = {
      ...config,
      ...(starts && {
        agents: agents.map(({ name }) => ({ ...anyAgent, name, ...starts })),
      }),
    }
    const offers = agents.map(({ name, slots, routes, client = routes?.[0]?.lanes ?? [] }) => ({
      agent: name,
      takes: [client.length > 0 ? ('prompt' as const) : ('command' as const)],
      tier: 'light',
      roles: [],
      onlyLabels: [],
      slots,
      lanes: client,
      ...(routes && { routes }),
    }))
    const fates = new Map<number, Fate>()
    const settings = {
      name: '',
      adapter: 'played',
      model: null,
      permissions: 'edit',
      program: null,
      args: null,
      env: {},
    } as const
    const host = { ...playedHost, name: 'h1', bootId: 'b1', pid: 1 } as unknown as Host
    return {
      store: this.store,
      clock: this.#clock,
      random: chanceOf('dispatch'),
      host,
      places: { fleetDir: '/f', binDir: '/b', socketPath: null, attemptDir: (id) => `/a/${id}` },
      workspaces: simulatedWorkspaces(new Map()),
      flags: {
        lacks: async () => new Map([...this.dropped].map((flag) => [flag, { why: '', at: 0 }])),
        drop: async (_agent, flags) => {
          for (const flag of flags) this.dropped.add(flag)
        },
      },
      fired: () => {},
      inForce: () => ({ config: town, configHash: 'c', offers }),
      ...(selfTest && { selfTest }),
      ...(testedLanes && { testedLanes: () => testedLanes }),
      equip: (name, _agent, lanes) => ({
        adapter: played(fates, optionalFlag),
        settings,
        launcher: this.#launcher(fates, (attempt, task) =>
          fate({ agent: name, attempt, task, now: this.now, lanes }),
        ),
      }),
      onError: (_where, error) => void this.errors.push(error),
    }
  }

  #launcher(fates: Map<number, Fate>, fateOf: (attempt: number, task: number) => Fate): Launcher {
    const proof: LaunchProof = { launcher: 'played', pid: 7, startTicks: '1', bootId: 'b1' }
    const began = new Map<number, number>()
    const isOver = (id: number) =>
      this.now >= (began.get(id) ?? 0) + (fates.get(id)?.afterMs ?? 1_000)
    const text = (id: number) => `${id}\n`
    return {
      name: 'played',
      start: async ({ attemptId, env }) => {
        this.started += 1
        const its = fateOf(attemptId, Number(env['MIDWATCH_TASK']))
        if (its.ends === 'launch_failed')
          throw failed('launch.refused', 'the host refused', 'look at it')
        fates.set(attemptId, its)
        began.set(attemptId, this.now)
        return proof
      },
      look: async ({ attemptId }) => {
        if (!isOver(attemptId)) return { seen: 'running', executed: true, proof }
        return {
          seen: 'exited',
          proof,
          exit: { exitCode: 0, signal: null, neverExecuted: false, message: '' },
        }
      },
      changed: (_ref, withinMs, signal) => this.#clock.sleep(Math.min(withinMs, 1_000), signal),
      takeTicket: async () => false,
      living: async () => [],
      empty: async () => ({ signals: [], survivors: [] }),
      read: async ({ attemptId }, stream, offset) =>
        Buffer.from(stream === 'out' ? text(attemptId).slice(offset) : ''),
      size: async ({ attemptId }, stream) => (stream === 'out' ? text(attemptId).length : 0),
      readOutbox: async () => [],
      dropLetter: async () => {},
      forget: () => {},
    }
  }
}

/** A client whose ending is what the test said it would be. */
function played(fates: ReadonlyMap<number, Fate>, optionalFlag?: string): AgentAdapter {
  const fateOf = (out: string) => fates.get(Number(out.trim())) ?? { ends: 'unknown' as const }
  const adapter = {
    name: 'played',
    program: 'played',
    asks: null,
    takes: () => ['prompt', 'command'],
    flags: () => [],
    refusedFlags: () => (optionalFlag === undefined ? [] : [optionalFlag]),
    plan: () => ({
      program: 'played',
      args: [],
      env: {},
      stdin: '',
      files: {},
      receipt: 'first_event',
      leftOut: [],
    }),
    reader: () => {
      let its: Fate | null = null
      return {
        feed(chunk: string) {
          its = fateOf(chunk)
          if (its.ends === 'argument_error') return []
          const spoke =
            its.speaks ??
            !['rate_limited', 'overloaded', 'network', 'auth_error', 'hollow'].includes(its.ends)
          return [
            { kind: 'first_event', what: 'played' },
            ...(spoke ? [{ kind: 'model_output' }] : []),
          ]
        },
        summary: () => ({
          started: true,
          modelOutput: true,
          result: null,
          signals: [],
          usage: null,
        }),
      }
    },
    judge: ({ outHead }: Ending) => {
      const its = fateOf(outHead)
      return verdict(its.ends, its.more)
    },
  }
  return adapter as unknown as AgentAdapter
}

const playedHost = {
  asRoot: false,
  baseEnv: { PATH: '/bin' },
  folder: async () => 'ok',
  resolveProgram: async () => '/bin/played',
  runShell: async () => ({ ran: false, why: 'no shell here' }),
  emptyShell: async () => [],
  freeBytes: async () => null,
}
