// The fleet's configuration as the house uses it: validated, defaults filled in, durations in milliseconds.

import type { AccountConfig } from './account.ts'
import type { EffectsConfig, TellConfig } from './channels.ts'
import type { Permissions } from './agent.ts'
import type { BudgetConfig } from './budget.ts'
import type { ReportConfig } from './report.ts'
import type { ScheduleConfig } from './schedule.ts'
import type { SensorConfig } from './sensor.ts'
import type { KeepConfig } from './keeping.ts'
import type { ExpectConfig } from './expect.ts'
import type { Launching } from './launcher.ts'
import type { Limits } from './limits.ts'
import type { WindowPolicy } from './window.ts'
import type { WorkspaceKind } from './workspace.ts'

export interface AgentConfig {
  readonly name: string
  readonly adapter: string
  readonly model: string | null
  readonly tier: string
  readonly roles: readonly string[]
  readonly onlyLabels: readonly string[]
  /** How many attempts of this agent may run at once, over all hosts. */
  readonly slots: number
  readonly permissions: Permissions
  readonly program: string | null
  readonly args: readonly string[] | null
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number | null
  /** How long it may stand still; null for `limits.silence`, and for plain programs no limit but the attempt's own. */
  readonly silenceMs?: number | null
  /** The service behind its client, where it is not the client's own. */
  readonly provider?: string | null
  /** The credential with its quota; agents that name the same one share its gate. */
  readonly account?: string | null
  /** When not empty, it works only on hosts of one of these names or labels. */
  readonly onlyHosts?: readonly string[]
  /** Where its sessions work unless the task says otherwise; `dir` when absent. */
  readonly workspace?: WorkspaceKind
  /** Several credentials, the preferred one first; takes the place of `account`. */
  readonly accounts?: readonly string[]
  /** Models to go on with where the service does not have the first one. */
  readonly fallbackModels?: readonly string[]
  /** How many starts in a row may fail before the long wait; absent for the default. */
  readonly startsInRow?: number
  /** The long wait after them; absent for the default. */
  readonly cooldownMs?: number
  /** Who starts its sessions; absent for the fleet's. */
  readonly launcher?: Launching
}

/** How a host is watched from outside its dispatcher. */
export interface SentinelConfig {
  /** After this silence a loop counts as standing still. */
  readonly patienceMs: number
  /** Waits before the first, second … restart in a row; the last one repeats. */
  readonly restartWaitsMs: readonly number[]
  /** A program that is run when work stands still although the dispatcher lives; null for none. */
  readonly remedy: readonly string[] | null
}

export interface FleetConfig {
  readonly name: string
  /** `sqlite` (a file below .midwatch/) or a `postgres://` address. */
  readonly store: string
  /** How many attempts may run at once on this host, over all agents. */
  readonly slots: number
  /** What this host is good for; an agent may ask for it. */
  readonly hostLabels?: readonly string[]
  /** From highest to lowest. */
  readonly tiers: readonly string[]
  /** How many charged attempts a task gets unless it says otherwise. */
  readonly attempts: number
  /** Waits after the first, second … ending that leaves a task unsettled; the last one repeats. */
  readonly backoffMs: readonly number[]
  /** How many uncharged attempts a task may have within 24 h before it is held. */
  readonly unchargedMax: number
  readonly limits: Limits
  /** Calm windows. */
  readonly windows?: readonly WindowPolicy[]
  readonly caps?: CapsConfig
  readonly agents: readonly AgentConfig[]
  readonly accounts?: readonly AccountConfig[]
  /** A program that is told of incidents on its standard input; null for nobody but the log. */
  readonly notifyCommand?: readonly string[] | null
  /** Channels to the outside, and how long the ledger remembers. */
  readonly effects?: EffectsConfig
  /** Through which of them people are told, and when not. */
  readonly tell?: TellConfig
  /** Where API and page listen; absent for this machine alone, on the usual port. */
  readonly http?: HttpConfig
  readonly sentinel?: SentinelConfig
  /** What may be spent; null for no bound. */
  readonly budget?: BudgetConfig | null
  readonly keep?: KeepConfig
  /** Who starts sessions; absent for plain processes of this machine. */
  readonly launcher?: Launching
  /** Sent by the clock; null for never. */
  readonly report?: ReportConfig | null
  readonly sensors?: readonly SensorConfig[]
  /** What is wanted again and again. */
  readonly schedules?: readonly ScheduleConfig[]
  /** What must have happened. */
  readonly expect?: ExpectConfig
  /** Pinged while all is well; null for nobody. */
  readonly deadman?: { readonly url: string; readonly everyMs: number } | null
}

/** Attempts under way at once, at most; absent keys are not capped. */
export interface CapsConfig {
  readonly fleet: number | null
  readonly hosts: Readonly<Record<string, number>>
  readonly accounts: Readonly<Record<string, number>>
  readonly agents: Readonly<Record<string, number>>
  readonly labels: Readonly<Record<string, number>>
}

/** Where API and page listen. */
export interface HttpConfig {
  /** Null for nowhere. */
  readonly listen: { readonly host: string; readonly port: number } | null
  /** True when somebody chose the address: then no other port will do. */
  readonly chosen: boolean
  /** Names under which it may be asked for, besides its own address. */
  readonly hosts: readonly string[]
}

/** The middle watch ends at four. */
export const defaultHttp: HttpConfig = {
  listen: { host: '127.0.0.1', port: 4704 },
  chosen: false,
  hosts: [],
}

/** `HOST:PORT`, `[::1]:PORT` or `off`, which the schema has let through. */
export function readListen(text: string): HttpConfig['listen'] {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  return host === undefined ? null : { host, port: Number(match?.[3]) }
}
