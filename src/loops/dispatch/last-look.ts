// Where many hosts share a store, a claim right behind an ending of one's own judges by the last look, brought up to date with one's own
// sessions: what others change wakes the loop, and then it looks anew. The claim itself judges again, in its own transaction. Only while
// there is more to take than there is room for; a claim that comes back with less than it wished for is followed by a look.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Sessions } from './sessions.ts'
import type { TickWorld } from './tick.ts'

/** What one's own endings make ready elsewhere is seen after that at the latest. */
const goodForMs = 100

export interface LastLook {
  /** Looks. */
  look(): Promise<TickWorld>
  /** What was seen, as one's own sessions stand now; null where it is to be looked anew. */
  now(): TickWorld | null
  /** For how long it is good, at most. */
  leftMs(): number
  /** Keeps what was seen where the claim by it took all that it wished for; else forgets it. */
  keep(isFilled: boolean): void
}

interface Seen {
  readonly world: TickWorld
  /** What others had under way, by agent. */
  readonly others: Readonly<Record<string, number>>
  readonly untilMs: number
}

interface LookDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly store: Pick<Store, 'hears'>
}

export function createLastLook(
  { clock, store }: LookDeps,
  sessions: Sessions,
  look: () => Promise<TickWorld>,
): LastLook {
  let last: Seen | null = null
  const leftMs = () => (last === null ? 0 : Math.max(0, last.untilMs - clock.monotonicMs()))
  return {
    async look() {
      const world = await look()
      const own = openHere(sessions)
      const others = Object.entries(world.open.byAgent).map(([agent, n]) => [
        agent,
        Math.max(0, n - (own[agent] ?? 0)),
      ])
      const untilMs = clock.monotonicMs() + goodForMs
      last = { world, others: Object.fromEntries(others), untilMs }
      return world
    },
    now() {
      if (last === null || leftMs() === 0 || store.hears?.() !== true) return null
      const { world, others } = last
      const byAgent = openHere(sessions, others)
      return { ...world, open: { onHost: sessions.size, byAgent } }
    },
    leftMs,
    keep(isFilled) {
      if (!isFilled) last = null
    },
  }
}

/** What is under way here, by agent, on top of what is elsewhere. */
function openHere(sessions: Sessions, elsewhere: Seen['others'] = {}): Record<string, number> {
  const counts: Record<string, number> = { ...elsewhere }
  for (const { attempt } of sessions.list())
    counts[attempt.agent] = (counts[attempt.agent] ?? 0) + 1
  return counts
}
