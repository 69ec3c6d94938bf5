// Keeps what this host holds: renews the leases of its attempts and pulses, at a third of the lease. After a gap (sleep,
// lost database) it renews before anything else is taken, because the dispatcher's claims come after it.

import { type Service, startService } from '../../base/service.ts'
import type { DispatchDeps } from './deps.ts'

export function startKeeper(
  deps: Pick<DispatchDeps, 'store' | 'clock' | 'host' | 'inForce' | 'onError' | 'beats'>,
): Service {
  const { store, clock, host } = deps
  const beat = deps.beats?.of('keeper', () => deps.inForce().config.limits.leaseMs / 3)
  return startService('keeper', async (signal) => {
    let pulsedMs = clock.monotonicMs()
    while (!signal.aborted) {
      beat?.()
      const { slots, hostLabels: labels = [], limits } = deps.inForce().config
      const { leaseMs, leaseGraceMs } = limits
      try {
        const now = clock.now()
        await store.renew({ host: host.name, leaseUntil: now + leaseMs, now })
        const behindMs = store.time?.offsetMs() ?? null
        const told = { slots, labels, ...(behindMs !== null && { behindMs }) }
        await store.pulseHost({ name: host.name, pid: host.pid, ...told, now })
        // Others may have called us lost: what was out of order here is tried again at once.
        if (clock.monotonicMs() - pulsedMs > leaseMs + leaseGraceMs) await tellReturn(deps, now)
        pulsedMs = clock.monotonicMs()
      } catch (error) {
        deps.onError('keeper', error)
      }
      await clock.sleep(leaseMs / 3, signal)
    }
  })
}

const tellReturn = (
  { store, host }: Pick<DispatchDeps, 'store' | 'host'>,
  now: number,
): Promise<void> =>
  store.recordFacts({
    bodies: [{ kind: 'host.returned', host: host.name, bootId: host.bootId, why: 'pulse' }],
    now,
  })
