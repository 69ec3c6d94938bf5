// What the dispatch loop is handed: contracts, time, chance, and the configuration in force.

import type { Beats } from '../../base/beats.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { FlagBook, GoodSettings } from '../../drivers/agents/contract.ts'
import type { Credentials } from '../../drivers/credentials/contract.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Workspaces } from '../../drivers/workspaces/contract.ts'
import type { FleetPlaces } from '../../lifecycle/launch/plan.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { Offer } from '../../model/demand.ts'
import type { TellRefusal } from '../../model/told-refusal.ts'
import type { TellFiring } from '../../model/mechanism.ts'
import type { SelfTester } from './gates.ts'
import type { SessionDeps } from './session.ts'

/** An offer with the number of attempts it may run at once. */
export type SlottedOffer = Offer & { readonly slots: number }

/** The configuration in force; read anew at every round, so that a change needs no restart. */
export interface InForce {
  readonly config: FleetConfig
  readonly configHash: string
  readonly offers: readonly SlottedOffer[]
  /** The same configuration, fit to be kept for the attempts that begin with it. */
  readonly kept?: string
}

export interface DispatchDeps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly host: Host
  readonly workspaces: Workspaces
  readonly places: FleetPlaces
  readonly flags: FlagBook
  readonly inForce: () => InForce
  /** A configuration as it was kept; absent where none is. */
  readonly restore?: (kept: string) => FleetConfig
  /**
   * Adapter, launcher and settings of an attempt by its lanes, under `config`. An agent that stands not in it (any more) is
   * taken for a plain command.
   */
  readonly equip: (
    name: string,
    config: FleetConfig,
    lanes: readonly string[],
  ) => Pick<SessionDeps, 'adapter' | 'launcher' | 'settings' | 'confinement'>
  /**
   * A free test of a lane that spends no quota: binary, version, flags, credential. `none` where the lane has none.
   * A failed one keeps a probing lane shut for its next wait; a passed one lets a pinned lane be probed.
   */
  readonly selfTest?: SelfTester
  /** Lanes that are tested while they pass, too: an account that cannot work is not tried. */
  readonly testedLanes?: () => readonly string[]
  readonly credentials?: Credentials
  readonly good?: GoodSettings
  /** What each mechanism of this loop tells of its firings. */
  readonly fired: TellFiring
  /** Whether there is too little room on the disk to take anything new. */
  readonly isFull?: () => boolean
  /** What was refused, and to whom; absent where nobody keeps it. */
  readonly refused?: TellRefusal
  /** Where its loops beat. */
  readonly beats?: Beats
  /** A programmer's error inside one attendance or round: told, never swallowed; the loop goes on. */
  readonly onError: (where: string, error: unknown) => void
}
