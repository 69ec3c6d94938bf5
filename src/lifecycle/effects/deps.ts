// What the verbs of this room are handed.

import type { Clock } from '../../base/clock.ts'
import type { Channel } from '../../drivers/channels/contract.ts'
import type { Holders } from '../../drivers/effects/contract.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'

/** What of the store the room uses; a session apart from the database has it through the daemon. */
export type EffectStore = Pick<
  Store,
  | 'fleetId'
  | 'reserveEffect'
  | 'performEffect'
  | 'failEffect'
  | 'doubtEffect'
  | 'effectUnanswered'
  | 'effect'
  | 'attempt'
>

export interface EffectDeps {
  readonly store: EffectStore
  readonly clock: Clock
  readonly host: Pick<Host, 'baseEnv' | 'runShell'>
  readonly holders: Holders
  /** The configured channel of that name; null when there is none any more. */
  readonly channel: (name: string) => Channel | null
  /** Seen from inside a sandbox nobody is judged and nothing is asked: that is the daemon's. */
  readonly apart?: true
}
