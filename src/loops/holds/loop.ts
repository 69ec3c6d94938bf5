// Serves the holds that somebody must look at: checks are polled, persons reminded and, where it was said so, decided
// for in time; locks that are over are freed. Level-triggered: what this host forgets, the next look finds. Waits for tasks
// are answered by the settlement, and where that was overlooked by the rule `wait-is-answered`.

import { type Service, startService } from '../../base/service.ts'
import type { HoldsDeps } from './deps.ts'
import { cutShort } from '../../model/mechanism.ts'
import { createLooks } from './looks.ts'
import { releaseServed, remindPersons } from './persons.ts'

/** A new configuration may serve what waits for one; besides, whoever began to wait meanwhile is looked at now and then. */
const servedEveryMs = 5 * 60_000
/** How often locks that are over are looked for, and how many are freed at a time. */
const locksEveryMs = 30_000
/** A database that many hosts share is asked seldom. */
const sharedEveryMs = 120_000
const locksAtOnce = 200

export function startHolds(deps: HoldsDeps): Service {
  const { store, clock, fired } = deps
  return startService('holds', async (signal) => {
    const looks = createLooks(deps, signal)
    let servedFor = { configHash: '', atMs: Number.NEGATIVE_INFINITY }
    let sweptAtMs = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      await guarded(deps, 'check', () => looks.begin())
      await guarded(deps, 'person', async () => {
        const { configHash } = deps.inForce()
        const nowMs = clock.monotonicMs()
        const isDue = servedFor.configHash !== configHash || nowMs - servedFor.atMs >= servedEveryMs
        const served = isDue ? await releaseServed(deps) : 0
        if (isDue) servedFor = { configHash, atMs: nowMs }
        const due = await remindPersons(deps)
        fired({ name: 'person', had: due + served, moved: due + served })
      })
      const everyMs = store.hears?.() ? sharedEveryMs : locksEveryMs
      if (clock.monotonicMs() - sweptAtMs >= everyMs)
        await guarded(deps, 'locks', async () => {
          sweptAtMs = clock.monotonicMs()
          const { freed } = await store.sweepLocks({ now: clock.now(), limit: locksAtOnce })
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
    deps.fired(cutShort(name, error))
    deps.onError(`holds: ${name}`, error)
  }
}
