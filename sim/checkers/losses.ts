// Law: nobody's living work is called lost. Another host says so only when the lease truly stood still for lease and grace,
// while that daemon was awake for as long; a host says it of its own only when no program of it runs there.

import { crossingsIn, type Loss } from '../crossings.ts'
import type { Checker } from './contract.ts'

export const losses: Checker = {
  law: 'nobody’s living work is called lost',
  invariants: [16],
  look({ world, config, journal, accuse }) {
    const seen = crossingsIn(world)
    const { leaseMs, leaseGraceMs } = config.lastGood.limits
    for (const loss of seen.lost) {
      const { attemptId, host, by } = loss
      const taskId = journal.attempts.get(attemptId)?.taskId ?? null
      world.truth.count(by === host ? 'vanished at home' : 'called lost')
      if (by === host && loss.lives)
        accuse(`${host} called attempt ${attemptId} lost, whose program runs there`, taskId)
      const stillMs = awakeMs(loss, leaseMs)
      if (by !== host && stillMs < leaseMs + leaseGraceMs)
        accuse(
          `${by} called attempt ${attemptId} of ${host} lost after its lease stood still for ${stillMs} ms of being awake`,
          taskId,
        )
    }
    seen.lost = []
  },
}

/** How long who calls it lost was awake and the lease stood still. A nap of less than half a lease is none. */
function awakeMs({ heardMs, bornMs, atMs, life }: Loss, leaseMs: number): number {
  const fromMs = Math.max(heardMs, bornMs)
  const naps = life.naps.filter((one) => one.toMs - one.fromMs > leaseMs)
  const sleptMs = naps.reduce(
    (sum, nap) => sum + Math.max(0, Math.min(atMs, nap.toMs) - Math.max(fromMs, nap.fromMs)),
    0,
  )
  return atMs - fromMs - sleptMs
}
