// The fleet's configuration in the simulated world: one text that people edit, wrongly at times, and that every daemon
// watches. Each version that was ever valid is remembered by its hash, for the checkers.

import { usage } from '../src/base/errors.ts'
import { hashOf } from '../src/base/ids.ts'
import { sensing } from './sensing.ts'
import { scheduled } from './scheduled.ts'
import { accounts, withAccount } from './accounts.ts'
import type { BudgetConfig } from '../src/model/budget.ts'
import type { ReportConfig } from '../src/model/report.ts'
import { defaultKeep, type KeepConfig } from '../src/model/keeping.ts'
import type { WindowPolicy } from '../src/model/window.ts'
import { keepable, redact } from '../src/drivers/config/redact.ts'
import type { AgentConfig, FleetConfig } from '../src/model/config.ts'
import { defaultLimits, type Limits } from '../src/model/limits.ts'
import type { ConfigSource, LoadedConfig } from '../src/drivers/config/contract.ts'
import { defaultSentinel } from '../src/model/sentinel.ts'
import { reviewerRole } from '../src/model/review.ts'

export interface ConfigShape {
  readonly agents: number
  readonly hostSlots: number
  readonly agentSlots: number
  readonly limits: Partial<Limits>
  readonly attempts?: number
  readonly scheduled?: boolean
  readonly calm?: boolean
  readonly supervised?: boolean
  /** Whether its daemons serve API and page, and people use it. */
  readonly pages?: boolean
  readonly budget?: BudgetConfig | null
  readonly report?: ReportConfig | null
  /** Whether its agents have accounts with secrets. */
  readonly accounts?: boolean
  /** What each stream of a session may take of the disk; null in a world that prints little. */
  readonly outputBytes?: number | null
  /** Whether each task works in a worktree of its own. */
  readonly worktrees?: boolean
  /** Whether sensors look at its world. */
  readonly sensing?: boolean
}

/** Calm by night; who waited for longer than four hours asks a person. */
const nightWindow: WindowPolicy = {
  name: 'night',
  clock: [],
  timezone: 'UTC',
  load: 0.5,
  memory: null,
  others: null,
  idleMs: 3_600_000,
  headroom: null,
  forMs: 600_000,
  perWindow: 6,
  perDay: null,
  maxWaitMs: 4 * 3_600_000,
  escape: 'ask',
  labels: ['night'],
  tellAfterMs: 12 * 3_600_000,
}

/** A fleet of some claude agents and some shells. */
export function fleetConfig(shape: ConfigShape): FleetConfig {
  const shells = Math.max(1, Math.floor(shape.agents / 3))
  return {
    name: 'simulated',
    store: 'sqlite',
    slots: shape.hostSlots,
    tiers: ['frontier', 'standard', 'light'],
    attempts: shape.attempts ?? 3,
    backoffMs: [30_000, 60_000, 120_000, 300_000, 600_000],
    unchargedMax: 20,
    limits: { ...defaultLimits, ...shape.limits },
    ...(shape.calm === true && { windows: [nightWindow] }),
    ...(shape.scheduled === true && { schedules: scheduled }),
    // Who keeps the budget, or has sensors, keeps house as well, and makes no copies of a database that is not on a disk.
    ...(shape.budget && { budget: shape.budget }),
    ...(keepsHouse(shape) && { keep: keepOf(shape) }),
    ...(shape.sensing === true && { sensors: sensing }),
    ...(shape.report && { report: shape.report }),
    ...(shape.supervised === true && { sentinel: patientSentinel(shape.limits) }),
    caps: { fleet: null, hosts: {}, accounts: {}, agents: {}, labels: { docs: 1 } },
    ...(shape.accounts === true && { accounts }),
    agents: agentsOf(shape, shells).map((one) =>
      shape.accounts === true ? withAccount(one) : one,
    ),
  }
}

const agentsOf = (shape: ConfigShape, shells: number): AgentConfig[] =>
  Array.from({ length: Math.max(2, shape.agents) }, (_, i) => ({
    name: i < shells ? `shell${i}` : `claude${i}`,
    adapter: i < shells ? 'command' : 'claude',
    model: null,
    tier: 'standard',
    roles: i < shells ? [] : [reviewerRole],
    onlyLabels: [],
    slots: shape.agentSlots,
    permissions: 'edit' as const,
    program: null,
    args: null,
    env: {},
    ...(shape.worktrees === true && { workspace: 'worktree' as const }),
    timeoutMs: null,
    // Two services, so that what ails one is told from what ails a host.
    ...(i === shells && { model: 'sonnet', fallbackModels: ['haiku'] }),
    ...(i >= shells && i % 3 === 2 && { provider: 'other', account: 'other' }),
  }))

/** The configuration of the calm: nobody wants anything new or looks for it, and outputs, which are looked at every two seconds, are let be. */
export function restful(config: FleetConfig, { outputBytes }: ConfigShape): FleetConfig {
  const { schedules: _over, sensors: _blind, ...unscheduled } = config
  if (outputBytes == null || config.keep == null) return unscheduled
  return { ...unscheduled, keep: { ...config.keep, outputBytes: null } }
}

/** Whose daemons keep house: who bounds what is spent or printed, or has sensors. */
export const keepsHouse = ({ budget, outputBytes, sensing }: ConfigShape): boolean =>
  budget != null || outputBytes != null || sensing === true

const keepOf = ({ outputBytes }: ConfigShape): KeepConfig => ({
  ...defaultKeep,
  backupEveryMs: null,
  outputBytes: outputBytes ?? defaultKeep.outputBytes,
})

/** As startup asks for it: a dispatcher that polls slowly is silent for some rounds. */
const patientSentinel = ({ pollMs = defaultLimits.pollMs }: Partial<Limits>) => ({
  ...defaultSentinel,
  patienceMs: Math.max(defaultSentinel.patienceMs, 3 * pollMs),
})

/** What stood in the file from some moment on. */
export interface Version {
  readonly config: FleetConfig
  readonly fromMs: number
}

export class ConfigFile {
  /** What stands in the file; null when it cannot be read as a configuration. */
  #config: FleetConfig | null
  #lastGood: LoadedConfig
  readonly #watchers = new Set<() => void>()
  readonly known = new Map<string, FleetConfig>()
  /** When each version was replaced by another valid one, in world time; absent for the newest. */
  readonly replacedMs = new Map<string, number>()
  /** Every valid version, oldest first; one that came back stands there twice. */
  readonly versions: Version[] = []
  /** Since when what stands there is no configuration; null while it is one. */
  brokenMs: number | null = null
  /** Since when it can be read again. */
  mendedMs = Number.NEGATIVE_INFINITY
  readonly #nowMs: () => number

  constructor(config: FleetConfig, nowMs: () => number = () => 0) {
    this.#config = config
    this.#nowMs = nowMs
    this.#lastGood = this.#loaded(config)
  }

  get lastGood(): FleetConfig {
    return this.#lastGood.config
  }

  /** A person saves the file; `null` for one that is no configuration. */
  write(config: FleetConfig | null): void {
    this.#config = config
    if (config !== null && this.brokenMs !== null) this.mendedMs = this.#nowMs()
    this.brokenMs = config === null ? (this.brokenMs ?? this.#nowMs()) : null
    if (config !== null) this.#loaded(config)
    for (const tell of [...this.#watchers]) tell()
  }

  /** Loads at once, as the command line does at its start. */
  read(): LoadedConfig {
    return this.#config === null ? this.#lastGood : this.#loaded(this.#config)
  }

  source(): ConfigSource {
    return {
      path: '/fleet/midwatch.yaml',
      load: async () => {
        if (this.#config === null)
          throw usage('config.invalid', 'midwatch.yaml is no configuration', 'mend line 3')
        return this.#loaded(this.#config)
      },
      lastGood: async () => this.#lastGood,
      restore: (kept) => JSON.parse(kept) as FleetConfig,
      watch: (onChange) => {
        this.#watchers.add(onChange)
        return () => void this.#watchers.delete(onChange)
      },
    }
  }

  #loaded(config: FleetConfig): LoadedConfig {
    if (config === this.#lastGood?.config) return this.#lastGood
    const hash = hashOf(JSON.stringify(config))
    if (this.#lastGood !== undefined) this.replacedMs.set(this.#lastGood.hash, this.#nowMs())
    this.replacedMs.delete(hash)
    this.known.set(hash, config)
    this.versions.push({ config, fromMs: this.#nowMs() })
    const kept = JSON.stringify(keepable(config))
    this.#lastGood = { config, hash, redacted: redact(config), kept, missing: [] }
    return this.#lastGood
  }
}
