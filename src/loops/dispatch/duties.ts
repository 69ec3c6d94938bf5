// What a round of the dispatch loop does besides claiming, each duty one function: adopt, heed stops, settle what ended,
// record losses, claim. All are level-triggered and may be repeated at any time.

import { newNonce, newSecret } from '../../base/ids.ts'
import { jitter } from '../../base/random.ts'
import type { OpenAttempt } from '../../drivers/store/contract.ts'
import { vanished } from '../../lifecycle/launch/confirm.ts'
import { secretHash } from '../../lifecycle/launch/plan.ts'
import { runCheck } from '../../lifecycle/settle/check.ts'
import { endAttempt, settleAfter } from '../../lifecycle/settle/settle.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { DispatchDeps } from './deps.ts'
import { lostAttempts, type Wakefulness } from './losses.ts'
import { attend, type SessionDeps } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Decision, TickWorld } from './tick.ts'

export interface Round {
  readonly deps: DispatchDeps
  readonly sessions: Sessions
  readonly signal: AbortSignal
  /** Called when a session's attendance has ended. */
  readonly onEnd: () => void
}

/**
 * Attends every unended attempt of this host that nobody attends: what an earlier daemon began, or what an error
 * dropped, goes on. Tells the attended ones what somebody asked of them.
 */
export async function attendOpen(round: Round): Promise<void> {
  const { deps, sessions } = round
  for (const one of await deps.store.openAttempts(deps.host.name)) {
    const { id, state, stop } = one.attempt
    if (!sessions.has(id)) {
      const body = { kind: 'attempt.adopted' as const, state }
      await deps.store.note({ attemptId: id, bodies: [body], now: deps.clock.now() })
      beginSession(round, one, null)
    }
    if (stop !== null) sessions.ask(id, stop)
  }
}

/** Settles tasks whose attempt ended before a crash, or without anybody attending it. */
export async function settleEnded({ deps, sessions, signal }: Round): Promise<void> {
  const { config } = deps.inForce()
  const { leaseGraceMs } = config.limits
  for (const { attempt, task } of await deps.store.endedUnsettled(null, 100)) {
    const { verdict, endedAt } = attempt
    if (verdict === null || endedAt === null || sessions.has(attempt.id)) continue
    // Another host settles its own, unless it went away in between.
    if (attempt.host !== deps.host.name && endedAt + leaseGraceMs > deps.clock.now()) continue
    const needsCheck =
      task.order.verify !== null && attempt.confirmedAt !== null && verdict.class === 'success'
    const result = needsCheck
      ? await runCheck({ ...deps, checkMs: config.limits.checkMs }, task, attempt, signal)
      : { check: 'none' as const }
    if (signal.aborted) return
    await settleAfter(settleDeps(deps, config), task, attempt, verdict, result)
  }
}

/** Records the loss of attempts whose host is gone, and gives their tasks back. */
export async function recordLosses({ deps }: Round, awake: Wakefulness): Promise<void> {
  const { store, clock, host } = deps
  const { config } = deps.inForce()
  const lost = lostAttempts(
    await store.openAttempts(null),
    host.name,
    awake,
    clock.now(),
    config.limits,
  )
  for (const { attempt, task } of lost) {
    const verdict = { ...vanished, evidence: `host ${attempt.host} did not renew its lease` }
    await endAttempt(settleDeps(deps, config), attempt, verdict, { check: 'none' }, null)
    await settleAfter(settleDeps(deps, config), task, attempt, verdict, { check: 'none' })
  }
}

/** What `tick` judges by, read from the store. */
export async function snapshot({ store, host, inForce }: DispatchDeps): Promise<TickWorld> {
  const { config, offers } = inForce()
  const [ready, gates, open] = await Promise.all([
    store.readyDemands(),
    store.gates(),
    store.openCounts(host.name),
  ])
  return {
    host: host.name,
    hostSlots: config.slots,
    tiers: config.tiers,
    offers,
    ready,
    gates,
    open,
  }
}

/** Claims by decision and begins a session for each attempt; answers how many were taken. */
export async function claimAll(round: Round, decisions: readonly Decision[]): Promise<number> {
  const { store, clock, random, host, inForce } = round.deps
  const { config, configHash } = inForce()
  let taken = 0
  for (const decision of decisions) {
    if (round.signal.aborted) return taken
    const secrets = Array.from({ length: decision.wish }, () => newSecret(random))
    const seeds = secrets.map((secret) => ({
      nonce: newNonce(random),
      tokenHash: secretHash(secret),
    }))
    const now = clock.now()
    const { agent, lanes, demandIds, agentSlots } = decision
    const { claimed } = await store.claim({
      agent,
      host: host.name,
      lanes,
      demandIds,
      agentSlots,
      hostSlots: config.slots,
      seeds,
      configHash,
      leaseUntil: now + config.limits.leaseMs,
      now,
    })
    taken += claimed.length
    for (const [i, one] of claimed.entries()) beginSession(round, one, secrets[i] ?? null)
  }
  return taken
}

function beginSession(round: Round, { attempt, task }: OpenAttempt, secret: string | null): void {
  const { deps, sessions, signal } = round
  const equipped = equipSession(deps, attempt.agent, task.order.timeoutMs)
  const asked = () => sessions.asked(attempt.id) ?? attempt.stop
  sessions.begin(
    attempt,
    task,
    () => attend(equipped, { attempt, task, secret, asked }, signal),
    (error) => {
      if (error !== null) deps.onError(`attempt ${attempt.id}`, error)
      round.onEnd()
    },
  )
}

/** The configuration in force when a session begins is the one it keeps. */
function equipSession(
  deps: DispatchDeps,
  agentName: string,
  timeoutMs: number | null,
): SessionDeps {
  const { config } = deps.inForce()
  const agent = config.agents.find((one) => one.name === agentName) ?? null
  const equipment = deps.equip(agentName, agent)
  const limitMs = timeoutMs ?? agent?.timeoutMs ?? config.limits.attemptMs
  return { ...deps, ...equipment, ...settleDeps(deps, config), limits: config.limits, limitMs }
}

const settleDeps = (deps: DispatchDeps, config: FleetConfig) => ({
  store: deps.store,
  clock: deps.clock,
  rules: {
    backoffMs: config.backoffMs,
    unchargedMax: config.unchargedMax,
    jitter: (ms: number) => jitter(ms, 0.1, deps.random),
  },
})
