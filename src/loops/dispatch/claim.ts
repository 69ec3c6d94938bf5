// What a round of the dispatch loop takes: it judges the world, claims by what was decided, and tells what was refused.

import type { Claimed } from '../../drivers/store/contract/shapes.ts'
import type { Gate } from '../../model/gate.ts'
import type { Refusal } from '../../model/refusal.ts'
import { present } from '../../base/assert.ts'
import { tryAgain } from '../../base/errors.ts'
import { newNonce, newSecret } from '../../base/ids.ts'
import { cutShort } from '../../model/mechanism.ts'
import { secretHash } from '../../lifecycle/launch/plan.ts'
import { boundsIn, mayBeBound } from './bounds.ts'
import type { InForce } from './deps.ts'
import { beginSession, isFenced, type Round } from './chores.ts'
import { keepInForce } from './kept.ts'
import { type Decision, tick, type TickWorld } from './tick.ts'

/** What a round came to. */
export interface ClaimRound {
  readonly judged: ReturnType<typeof tick>
  readonly taken: number
  /** Whether every gate passes. */
  readonly isCalm: boolean
  /** Whether all was taken that was wished for: there may be more of it. */
  readonly isFilled: boolean
}

/**
 * Judges and claims once, by what was seen. Nothing is taken before it is known what was called lost here (`isBack`), and what runs of
 * that is gone.
 */
export async function claimRound(
  round: Round,
  isBack: boolean,
  world: TickWorld,
): Promise<ClaimRound> {
  const { deps } = round
  const judged = await judge(deps, world)
  for (const { subject, refusal } of judged.refusals) deps.refused?.(subject, refusal)
  const mayTake = isBack && !isFenced(round) && (await knowsTheTime(deps))
  try {
    const { taken, had, isFilled } = await claimAll(round, mayTake ? judged.decisions : [])
    deps.fired({ name: 'claim', had, moved: taken })
    return { judged, taken, isCalm: !world.gates.some(isOnItsWay), isFilled }
  } catch (error) {
    deps.fired(cutShort('claim', error))
    throw error
  }
}

/**
 * Decides, and again without what a lock, a window or a label keeps from being taken just now: nobody claims in vain for hours
 * because somebody holds a lock. Looked at anew in each round, so what is released is taken by the next one.
 */
async function judge({ store, clock, host, inForce }: Round['deps'], world: TickWorld) {
  const judged = tick(world)
  const { config } = inForce()
  const asked = new Set(judged.decisions.flatMap(({ demandIds }) => demandIds))
  const demandIds = world.ready
    .filter(({ id, demand }) => asked.has(id) && mayBeBound(demand, config))
    .map(({ id }) => id)
  if (demandIds.length === 0) return judged
  const now = clock.now()
  const by = { host: host.name, demandIds, ...boundsIn(config, now), now }
  const bound = await store.boundNow(by)
  if (bound.length === 0) return judged
  return tick({ ...world, bound: new Map(bound.map(({ id, refusal }) => [id, refusal])) })
}

/** Whether what happens now may move it. */
const isOnItsWay = (gate: Gate): boolean => gate.state !== 'passing' || gate.ramp !== undefined

/** So many sessions begin in one turn of the loop: each takes up to a millisecond of it before it first waits. */
const atOnce = 8

/** Leases and due times would be dated wrongly: nothing is taken before the store's time is known again. */
async function knowsTheTime({ store: { time } }: Round['deps']): Promise<boolean> {
  if (time === undefined || time.isSure()) return true
  await time.look()
  if (time.isSure()) return true
  throw tryAgain(
    'clock.unsure',
    'the time of the database is not known, or jumps: nothing is taken until two looks agree',
    'mend the clock of the database’s machine, or of this one',
  )
}

/**
 * Claims by decision and begins a session for each attempt; answers how many were taken, how many decisions nothing stood in the
 * way of, and whether each got what it wished for.
 */
async function claimAll(
  round: Round,
  decisions: readonly Decision[],
): Promise<{ taken: number; had: number; isFilled: boolean }> {
  const { clock, inForce } = round.deps
  if (round.deps.isFull?.() === true) return { taken: 0, had: 0, isFilled: false }
  const now = inForce()
  const { config } = now
  if (decisions.length > 0) await keepInForce(round.deps, now, round.kept)
  let taken = 0
  let had = 0
  let isFilled = true
  const byAgent = new Map<string, number>()
  for (const decision of decisions) {
    // What its preferred route took is not taken again on the next one.
    let left = decision.wish - (byAgent.get(decision.agent) ?? 0)
    for (let isFirst = true; left > 0; isFirst = false) {
      if (round.signal.aborted) return { taken, had, isFilled: false }
      const wish = Math.min(left, atOnce)
      const { claimed, refused } = await claimSome(round, now, decision, wish)
      if (isFirst && (claimed.length > 0 || refused === null)) had += 1
      taken += claimed.length
      if (isFirst && claimed.length === 0 && refused !== null)
        round.deps.refused?.(`agent ${decision.agent}`, refused)
      byAgent.set(decision.agent, (byAgent.get(decision.agent) ?? 0) + claimed.length)
      for (const one of claimed) beginSession(round, one, one, config)
      isFilled &&= claimed.length === wish
      left = claimed.length < wish ? 0 : left - claimed.length
      if (left > 0) await clock.sleep(0)
    }
  }
  return { taken, had, isFilled: isFilled && taken > 0 }
}

interface ClaimedHere {
  readonly claimed: readonly (Claimed & { readonly secret: string })[]
  readonly refused: Refusal | null
}

/** Claims up to `wish` by a decision; once more where an ending had to be folded first. */
async function claimSome(
  round: Round,
  { config, configHash }: InForce,
  decision: Decision,
  wish: number,
): Promise<ClaimedHere> {
  const { store, clock, random, host } = round.deps
  const { agent, lanes, demandIds, agentSlots } = decision
  const secrets = Array.from({ length: wish }, () => newSecret(random))
  const seeds = secrets.map((secret) => ({
    nonce: newNonce(random),
    tokenHash: secretHash(secret),
  }))
  const claim = () => {
    const now = clock.now()
    const leaseUntil = now + config.limits.leaseMs
    const caps = { agentSlots, hostSlots: config.slots }
    const by = { agent, host: host.name, lanes, demandIds, ...caps, ...boundsIn(config, now) }
    return store.claim({ ...by, seeds, configHash, leaseUntil, now })
  }
  const first = await claim()
  if (first.refused?.code === 'gate.unfolded') await round.gates.fold()
  const { claimed, refused } = first.refused?.code === 'gate.unfolded' ? await claim() : first
  const withSecret = (one: Claimed, i: number) => ({
    ...one,
    secret: present(secrets[i], 'a secret per attempt'),
  })
  return { claimed: claimed.map(withSecret), refused }
}
