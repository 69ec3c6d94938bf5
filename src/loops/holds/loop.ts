// Serves the holds that somebody must look at: checks are polled, persons reminded and, where it was said so, decided
// for in time; `after` holds that nobody told are found, and locks that are over are freed. Level-triggered: what this host forgets, the next look finds.

import { type Service, startService } from '../../base/service.ts'
import type { HoldsDeps } from './deps.ts'
import { createLooks } from './looks.ts'
import { releaseServed, remindPersons } from './persons.ts'

/** How often the holds of tasks that were done are looked for, and how many tasks at a time. */
const overlookedEveryMs = 30_000
const overlookedPage = 200

export function startHolds(deps: HoldsDeps): Service {
  const { store, clock, fired } = deps
  return startService('holds', async (signal) => {
    const looks = createLooks(deps, signal)
    let servedFor: string | null = null
    let cursor = 0
    let overlookedAtMs = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      await guarded(deps, 'check', () => looks.begin())
      await guarded(deps, 'person', async () => {
        const { configHash } = deps.inForce()
        const served = servedFor === configHash ? 0 : await releaseServed(deps)
        servedFor = configHash
        const due = await remindPersons(deps)
        fired({ name: 'person', had: due + served, moved: due + served })
      })
      if (clock.monotonicMs() - overlookedAtMs >= overlookedEveryMs)
        await guarded(deps, 'after', async () => {
          const now = clock.now()
          const page = { after: cursor, limit: overlookedPage, now }
          const { released, next } = await store.releaseOverlooked(page)
          cursor = next
          if (next === 0) overlookedAtMs = clock.monotonicMs()
          fired({ name: 'after', had: released, moved: released })
          const { freed } = await store.sweepLocks({ now, limit: overlookedPage })
          fired({ name: 'locks', had: freed, moved: freed })
        })
      await clock.sleep(deps.inForce().config.limits.pollMs, signal)
    }
    await looks.drained()
  })
}

/** One failing duty must not stop the others; its mechanism tells that it had something to do and moved nothing. */
async function guarded(deps: HoldsDeps, name: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    deps.fired({ name, had: 1, moved: 0, note: String((error as Error)?.message ?? error) })
    deps.onError(`holds: ${name}`, error)
  }
}
