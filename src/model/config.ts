// The fleet's configuration as the house uses it: validated, defaults filled in, durations in milliseconds.

import type { AccountConfig } from './account.ts'
import type { Permissions } from './agent.ts'
import type { Limits } from './limits.ts'
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
  readonly agents: readonly AgentConfig[]
  readonly accounts?: readonly AccountConfig[]
  /** A program that is told of incidents on its standard input; null for nobody but the log. */
  readonly notifyCommand?: readonly string[] | null
}
