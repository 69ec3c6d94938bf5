// What API and page stand on, handed in: the fleet with the configuration in force, and the few things it asks of the
// machine. It has no powers that the command line lacks.

import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Access } from '../../drivers/access/contract.ts'
import type { SeenBuild } from '../../drivers/agents/contract.ts'
import type { Assets } from '../../drivers/http/contract.ts'
import type { Outputs } from '../../drivers/outputs/contract.ts'
import type { EffectDeps } from '../../lifecycle/effects/deps.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Workspaces } from '../../drivers/workspaces/contract.ts'
import type { HostRow } from '../../drivers/store/contract/shapes.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { Offer } from '../../model/demand.ts'
import type { Calendar } from '../../model/schedule.ts'
import type { FolderState } from '../../drivers/hosts/contract.ts'

/** The configuration in force. */
export interface Current {
  readonly config: FleetConfig
  /** The same, fit to be shown: what differs is secret. */
  readonly redacted: FleetConfig
  readonly offers: readonly (Offer & { readonly slots: number })[]
}

export interface House {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly dir: string
  readonly stateDir: string
  readonly hostName: string
  readonly current: () => Current
  readonly folder: (path: string) => Promise<FolderState>
  readonly outputs: Outputs
  readonly workspaces: () => Promise<Workspaces>
  readonly assets: Assets
  /** What reads the patterns of schedules. */
  readonly calendar: () => Promise<Calendar>
  /** What effects are asked about with. */
  readonly effects: () => Promise<EffectDeps>
  /** The secrets as they are now: renewing them puts everybody out at once. */
  readonly access: () => Access
  readonly daemonLives: (row: HostRow) => Promise<boolean>
  /** Why the configuration on disk is not in force; null when it is. */
  readonly configProblem: () => Promise<{ code: string; sentence: string } | null>
  /** What is known of an agent's client build; null for a plain program. */
  readonly buildOf: (agent: string) => Promise<SeenBuild | null>
  /** Names under which the page may be asked for, by the configuration in force. */
  readonly hosts: () => readonly string[]
  readonly log: (line: string, fields?: object) => void
}
