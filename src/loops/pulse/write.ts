// Writes down the pulses of this process's loops, for those who watch from outside. It measures nothing itself: a loop that
// stands still shows by its beat standing still, and a process that stands still by nothing being written at all.

import type { Beats } from '../../base/beats.ts'
import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Role } from '../../model/pulse.ts'

export interface PulseDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: string
  readonly role: Role
  readonly pid: number
  readonly beats: Beats
  readonly everyMs: () => number
  readonly onError: (where: string, error: unknown) => void
}

/** Starts writing. An orderly stop takes the pulses away. */
export function startPulse(deps: PulseDeps): Service {
  const { store, clock, host, role, pid, beats } = deps
  return startService('pulse', async (signal) => {
    while (!signal.aborted) {
      try {
        await store.pulse({ host, role, pid, loops: beats.all(), now: clock.now() })
      } catch (error) {
        deps.onError('pulse', error)
      }
      await clock.sleep(deps.everyMs(), signal)
    }
    try {
      await store.endPulses({ host, role, pid })
    } catch (error) {
      deps.onError('pulse', error)
    }
  })
}
