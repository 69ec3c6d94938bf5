// What a round of the dispatch loop takes: it judges the world, claims by what was decided, and tells what was refused.

import { newNonce, newSecret } from '../../base/ids.ts'
import { secretHash } from '../../lifecycle/launch/plan.ts'
import { boundsIn } from './bounds.ts'
import { beginSession, isFenced, type Round, snapshot } from './duties.ts'
import { keepInForce } from './kept.ts'
import { type Decision, tick } from './tick.ts'

/**
 * Judges and claims once; answers the judgement and how many were taken. Nothing is before it is known what was called lost
 * here (`isBack`), and what runs of that is gone.
 */
export async function claimRound(
  round: Round,
  isBack: boolean,
): Promise<{ judged: ReturnType<typeof tick>; taken: number }> {
  const { deps } = round
  const judged = tick(await snapshot(deps))
  for (const { subject, refusal } of judged.refusals) deps.refused?.(subject, refusal)
  const mayTake = isBack && !isFenced(round)
  const { taken, had } = await claimAll(round, mayTake ? judged.decisions : [])
  deps.fired({ name: 'claim', had, moved: taken })
  return { judged, taken }
}

/**
 * Claims by decision and begins a session for each attempt; answers how many were taken, and how many decisions nothing
 * stood in the way of.
 */
async function claimAll(
  round: Round,
  decisions: readonly Decision[],
): Promise<{ taken: number; had: number }> {
  const { store, clock, random, host, inForce } = round.deps
  if (round.deps.isFull?.() === true) return { taken: 0, had: 0 }
  const now = inForce()
  const { config, configHash } = now
  if (decisions.length > 0) await keepInForce(round.deps, now, round.kept)
  let taken = 0
  let had = 0
  const byAgent = new Map<string, number>()
  for (const decision of decisions) {
    if (round.signal.aborted) return { taken, had }
    // What its preferred route took is not taken again on the next one.
    const wish = decision.wish - (byAgent.get(decision.agent) ?? 0)
    if (wish <= 0) continue
    const secrets = Array.from({ length: wish }, () => newSecret(random))
    const seeds = secrets.map((secret) => ({
      nonce: newNonce(random),
      tokenHash: secretHash(secret),
    }))
    const { agent, lanes, demandIds, agentSlots } = decision
    const claim = () => {
      const now = clock.now()
      const leaseUntil = now + config.limits.leaseMs
      const caps = { agentSlots, hostSlots: config.slots }
      return store.claim({
        agent,
        host: host.name,
        lanes,
        demandIds,
        ...caps,
        ...boundsIn(config, now),
        seeds,
        configHash,
        leaseUntil,
        now,
      })
    }
    const first = await claim()
    if (first.refused?.code === 'gate.unfolded') await round.gates.fold()
    const { claimed, refused } = first.refused?.code === 'gate.unfolded' ? await claim() : first
    if (claimed.length > 0 || refused === null) had += 1
    taken += claimed.length
    if (claimed.length === 0 && refused !== null) round.deps.refused?.(`agent ${agent}`, refused)
    byAgent.set(agent, (byAgent.get(agent) ?? 0) + claimed.length)
    for (const [i, one] of claimed.entries()) beginSession(round, one, secrets[i] ?? null, config)
  }
  return { taken, had }
}

/** The configuration under which a session begins is the one it keeps. */
