// Law: a lost database takes no limit from a session. Whoever follows it stops it in time, whether the store can be reached or not.

import type { Machine } from '../machine.ts'
import type { SessionTruth } from '../truth.ts'
import { crossingsIn } from '../crossings.ts'
import type { Bench, Checker } from './contract.ts'

/** From the limit to the end of a deaf session, over a slow store; and who lost sight of it polls once or twice. */
const graceMs = 5 * 60_000
const polls = 2

export const timeLimits: Checker = {
  law: 'a lost database takes no limit from a session',
  invariants: [51],
  look(bench) {
    const { world, journal, accuse } = bench
    for (const machine of world.machines) {
      if (!machine.up || machine.timeline.suspended) continue
      for (const attemptId of machine.processes.livingAttempts()) {
        const [session] = world.truth.sessions.get(attemptId) ?? []
        if (session === undefined || session.endedMs !== null) continue
        if (machine.ails.storeLost) world.truth.count('ran without a store')
        const overMs = overdueMs(bench, machine, session)
        if (overMs > 0)
          accuse(
            `attempt ${attemptId} runs on ${machine.name}, ${Math.round(overMs / 1_000)} s after it had to be stopped`,
            journal.attempts.get(attemptId)?.taskId ?? null,
          )
      }
    }
  },
}

/** How long it has run since it had to be stopped; 0 while it need not be, or while nobody follows it. */
function overdueMs(
  { world, config, journal }: Bench,
  machine: Machine,
  { attemptId, ref }: SessionTruth,
): number {
  // Who took it follows it for as long as that daemon lives and is awake.
  const claim = crossingsIn(world).claims.get(attemptId)
  if (claim === undefined || !claim.life.alive || claim.life.isHung) return 0
  const attempt = journal.attempts.get(attemptId)
  if (attempt?.state === 'ended') return 0 // that nothing of it lives on is another law
  const limits = [...config.known.values()].map(({ limits: { attemptMs } }) => attemptMs)
  const { pollMs } = config.lastGood.limits
  const own = world.wants.get(ref)?.timeoutMs ?? null
  const limitMs = Math.max(own ?? 0, ...(own === null ? limits : []))
  const program = machine.processes.ofAttempt(attemptId).find(({ what }) => what === 'program')
  if (program === undefined) return 0
  const ranMs = machine.timeline.monotonicMs() - 10 * Number(program.startTicks)
  const awakeMs = world.time.nowMs - (claim.life.naps.at(-1)?.toMs ?? 0)
  return Math.min(ranMs - limitMs, awakeMs) - graceMs - polls * pollMs
}
