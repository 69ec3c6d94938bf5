// What the loop of holds is handed: contracts, time, and the configuration in force.

import type { Clock } from '../../base/clock.ts'
import type { Checker } from '../../drivers/checks/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Offer } from '../../model/demand.ts'
import type { TellFiring } from '../../model/mechanism.ts'

export interface HoldsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly checker: Checker
  readonly inForce: () => {
    readonly configHash: string
    readonly config: { readonly tiers: readonly string[]; readonly limits: { pollMs: number } }
    readonly offers: readonly Offer[]
  }
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}
