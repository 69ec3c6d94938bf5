// Why a loop looks again: something of its own ended, somebody outside changed something, or time passed. A wake that
// comes while nobody waits is kept, so none is missed.

import type { Clock } from './clock.ts'

export type Woken = 'own' | 'outside' | 'time'

export interface Waker {
  wake(by: 'own' | 'outside'): void
  /** Resolves at the next wake, after `ms`, or on abort. */
  wait(ms: number, signal: AbortSignal): Promise<Woken>
}

export function createWaker(clock: Clock): Waker {
  let pending: Woken | null = null
  let stopWaiting: (() => void) | null = null
  return {
    wake(by) {
      if (pending !== 'outside') pending = by
      stopWaiting?.()
    },
    async wait(ms, signal) {
      if (pending === null && !signal.aborted) {
        // Plain listeners on a signal of our own: a composite one would stay behind on the long-lived signal.
        const woken = new AbortController()
        const stop = () => woken.abort('woken')
        stopWaiting = stop
        signal.addEventListener('abort', stop, { once: true })
        await clock.sleep(ms, woken.signal)
        signal.removeEventListener('abort', stop)
        stopWaiting = null
      }
      const by = pending ?? 'time'
      pending = null
      return by
    },
  }
}
