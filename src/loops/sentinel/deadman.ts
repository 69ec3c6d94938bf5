// Pings the dead-man switch, only while all is well: no loop stands still, no post-condition is broken. What does not come to
// be told here is told there by silence, also when this whole machine is gone.

import type { Clock } from '../../base/clock.ts'
import type { Deadman } from '../../drivers/deadman/contract.ts'
import type { Look } from './deps.ts'

export interface DeadmanDeps {
  readonly clock: Clock
  readonly deadman: Deadman
  readonly config: () => { readonly url: string; readonly everyMs: number } | null
  readonly isWell: () => boolean
}

export function deadmanLook({ clock, deadman, config, isWell }: DeadmanDeps): Look {
  let pingedMs = Number.NEGATIVE_INFINITY
  return {
    name: 'deadman',
    async look({ standstill, signal }) {
      const to = config()
      if (to === null || standstill || !isWell()) return
      if (clock.monotonicMs() - pingedMs < to.everyMs) return
      await deadman.ping(to.url, signal)
      pingedMs = clock.monotonicMs()
    },
  }
}
