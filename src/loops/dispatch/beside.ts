// That a session was launched is written down beside the look for its start mark: nobody waits for it, because a confirmation passes
// through it in any case. One that is confirmed at once is told both in one.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { unlessAway } from '../../lifecycle/watch/spool.ts'

export interface Beside {
  readonly launched: Store['launched']
  /** Resolves when it is written, or the database is away. */
  readonly launchWritten: () => Promise<unknown>
  /** It is confirmed at once: that says both. */
  passed(): void
}

interface Besides {
  readonly store: Pick<Store, 'launched'>
  readonly clock: Pick<Clock, 'sleep'>
}

/** That it was launched is written while its start mark is looked for already: a confirmation passes through it. */
export function launchedBeside({ store, clock }: Besides): Beside {
  let written: Promise<unknown> = Promise.resolve()
  let isPassed = false
  return {
    launched(input) {
      const write = () => (isPassed ? Promise.resolve() : store.launched(input))
      written = unlessAway<unknown>(null, () => clock.sleep(0).then<unknown>(write))
      written.catch(() => {}) // thrown by whoever waits for it
      return Promise.resolve({ ok: true })
    },
    launchWritten: () => written,
    passed() {
      isPassed = true
    },
  }
}
