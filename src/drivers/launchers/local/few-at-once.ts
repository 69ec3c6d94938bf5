// So many sessions come to life at once, and the next ones wait in line: each is some processes that want a processor for
// milliseconds, and a burst of them would keep the dispatcher, which asked for them, from its own work. Nobody waits for one that
// does not show itself in time.

import type { Clock } from '../../../base/clock.ts'
import type { Sighting } from '../contract.ts'

export interface FewAtOnce {
  /** Resolves when this one may come to life. */
  enter(id: number): Promise<void>
  /** It lives, or never will. Idempotent. */
  leave(id: number): void
}

/** Whether what was seen is still coming to life. */
export const isComing = ({ seen }: Sighting): boolean => seen === 'starting' || seen === 'absent'

/** With eight the dispatcher stood still for half as long again while fifty started; fewer than four gained nothing. */
const atOnce = 4
/** Beyond this a start is slow by itself (a container, a busy disk), and asks for no processor. */
const longestMs = 50

export function createFewAtOnce(clock: Pick<Clock, 'monotonicMs' | 'sleep'>): FewAtOnce {
  /** Since when each comes to life, the longest first. */
  const coming = new Map<number, number>()
  const line: { readonly id: number; readonly go: () => void }[] = []

  function leave(id: number): void {
    if (!coming.delete(id)) return
    const next = line.shift()
    if (next === undefined) return
    coming.set(next.id, clock.monotonicMs())
    next.go()
  }

  /** While somebody waits, the slow ones are let go of. */
  async function tend(): Promise<void> {
    while (line.length > 0) {
      const [slowest] = coming
      if (slowest === undefined) return
      const [id, sinceMs] = slowest
      const leftMs = sinceMs + longestMs - clock.monotonicMs()
      if (leftMs > 0) await clock.sleep(leftMs)
      else leave(id)
    }
  }

  return {
    leave,
    async enter(id) {
      if (coming.size < atOnce) {
        coming.set(id, clock.monotonicMs())
        return
      }
      await new Promise<void>((go) => {
        line.push({ id, go })
        if (line.length === 1) void tend()
      })
    },
  }
}
