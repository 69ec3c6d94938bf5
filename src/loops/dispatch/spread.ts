// What wakes one dispatcher of a fleet wakes all of them, and all would ask for the same task in the same moment. With others
// about, each waits a moment of its own first: who comes first takes what there is, and the rest find it taken by a read
// instead of a claim in vain. A host alone waits for nothing.

import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Store } from '../../drivers/store/contract.ts'

export interface SpreadDeps {
  readonly store: Pick<Store, 'hosts'>
  readonly clock: Clock
  readonly random: Random
  readonly host: { readonly name: string }
}

/** Room for one round of each. */
const eachMs = 3
/** Nobody at a terminal notices this. */
const mostMs = 250

/** The span within which a host among `others` begins its round. */
export const spreadMs = (others: number): number => Math.min(mostMs, others * eachMs)

export interface Spread {
  /** Looks who else dispatches; asked now and then, for hosts come and go seldom. */
  look(): Promise<void>
  /** Waits its moment, or until `signal` aborts. */
  pause(signal: AbortSignal): Promise<void>
}

export function createSpread({ store, clock, random, host }: SpreadDeps): Spread {
  let others = 0
  const wait = () => Math.round(random.next() * spreadMs(others))
  return {
    async look() {
      const hosts = await store.hosts()
      others = hosts.filter(({ running, name }) => running && name !== host.name).length
    },
    async pause(signal) {
      if (others > 0 && !signal.aborted) await clock.sleep(wait(), signal)
    },
  }
}
