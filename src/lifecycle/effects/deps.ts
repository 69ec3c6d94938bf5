// What the verbs of this room are handed.

import type { Clock } from '../../base/clock.ts'
import type { Channel } from '../../drivers/channels/contract.ts'
import type { Holders } from '../../drivers/effects/contract.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'

export interface EffectDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: Pick<Host, 'baseEnv' | 'runShell'>
  readonly holders: Holders
  /** The configured channel of that name; null when there is none any more. */
  readonly channel: (name: string) => Channel | null
}
