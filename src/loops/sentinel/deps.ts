// What the sentinel is handed, and what a further look of its own is.

import type { Beats } from '../../base/beats.ts'
import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { SentinelConfig } from '../../model/config.ts'

export interface SentinelDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: string
  readonly pid: number
  readonly rules: () => SentinelConfig
  readonly beats: Beats
  /** Tells people of incidents that nobody has been told of; used while the dispatcher does not do it. */
  readonly tell: (signal: AbortSignal) => Promise<unknown>
  /** More looks, each of its own mind: post-conditions, space, the dead-man switch. Run in order. */
  readonly looks: readonly Look[]
  /** The store cannot be written, or (null) can be again: told without the store's help. */
  readonly onStoreTrouble: (error: unknown) => Promise<void>
  readonly onError: (where: string, error: unknown) => void
}

/** What a look is handed: whether the processes of this host are well. */
export interface Sight {
  readonly standstill: boolean
  readonly signal: AbortSignal
}

export interface Look {
  readonly name: string
  look(sight: Sight): Promise<void>
}
