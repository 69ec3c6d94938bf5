// What a round of the dispatch loop does besides claiming, each chore one function: adopt, heed stops, settle what ended,
// record losses, claim. All are level-triggered and may be repeated at any time.

import { assert } from '../../base/assert.ts'
import { jitter } from '../../base/random.ts'
import type { OpenAttempt } from '../../drivers/store/contract/shapes.ts'
import { vanished } from '../../lifecycle/launch/confirm.ts'
import { checkOwner } from '../../lifecycle/settle/check.ts'
import { endLost, settleAfter } from '../../lifecycle/settle/settle.ts'
import { needsCheck } from '../../lifecycle/settle/verdict.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { FleetConfig } from '../../model/config.ts'
import { lightened, type Task } from '../../model/task.ts'
import type { WorkspaceKind } from '../../model/workspace.ts'
import { checkAttended } from './checking.ts'
import type { DispatchDeps } from './deps.ts'
import { priceOf } from './price.ts'
import { goesElsewhere } from './failover.ts'
import type { Gatekeeper } from './gates.ts'
import { lostAttempts, type SeenLeases, seeLeases, type Wakefulness } from './losses.ts'
import { pulseLimits } from './pulse-limits.ts'
import { attend, type Fresh, type SessionDeps } from './session.ts'
import type { Sessions } from './sessions.ts'
import { configOf } from './kept.ts'
import type { TickWorld } from './tick.ts'
import { noteTrouble, type Trouble } from './troubles.ts'
import { workplaceOf } from './workplace.ts'

export interface Round {
  readonly deps: DispatchDeps
  readonly sessions: Sessions
  readonly gates: Gatekeeper
  readonly signal: AbortSignal
  /** Hashes of the configurations that are written down. */
  readonly kept: Set<string>
  /** Probing lanes whose incident was ended because nothing is left to try them, by the time they are probed since. */
  readonly idleProbes: Map<string, number>
  /** Attempts whose attendance broke by an error of ours, and when it is tried again. */
  readonly troubled: Map<number, Trouble>
  /** Called when a session's attendance has ended; `dropped` by an error, with its session as it was. */
  readonly onEnd: (dropped: boolean) => void
}

/**
 * Attends every unended attempt of this host that nobody attends: what an earlier daemon began, or what an error
 * dropped, goes on. Tells the attended ones what somebody asked of them.
 */
export async function attendOpen(round: Round): Promise<void> {
  const { deps, sessions } = round
  const attended = new Set(sessions.list().map(({ attempt }) => attempt.id))
  const open = await deps.store.unended(deps.host.name)
  await stopEnded(round, new Set(open.map(({ id }) => id)))
  for (const attempt of open) {
    const { id, state, stop } = attempt
    if (!sessions.has(id)) {
      if (attended.has(id)) continue // it ended since we began to ask, or is dropped: the next look knows
      if ((round.troubled.get(id)?.nextMs ?? 0) > deps.clock.monotonicMs()) continue
      const body = { kind: 'attempt.adopted' as const, state }
      await deps.store.note({ attemptId: id, bodies: [body], now: deps.clock.now() })
      const task = await deps.store.task(attempt.taskId)
      assert(task !== null, 'a task outlives its unended attempts')
      beginSession(round, { attempt, task }, null, await configOf(deps, id))
    }
    sessions.hear(id, { said: attempt.said !== null, progressAt: attempt.progress?.at ?? 0 })
    if (stop !== null) sessions.ask(id, stop)
  }
}

/** A session whose attempt somebody else ended (as lost, say) works for nobody any more: it is stopped. */
async function stopEnded({ deps, sessions }: Round, open: ReadonlySet<number>): Promise<void> {
  for (const { attempt } of sessions.list()) {
    if (open.has(attempt.id) || sessions.asked(attempt.id) !== null) continue
    const newest = await deps.store.attempt(attempt.id)
    if (newest?.state !== 'ended' || newest.verdict?.class !== 'lost') continue
    sessions.ask(attempt.id, { reason: endedElsewhere, by: deps.host.name })
  }
}

const endedElsewhere = 'its attempt was ended elsewhere'

/** Whether something still runs here whose work is in other hands: nothing new is taken before it is gone. */
export const isFenced = ({ sessions }: Pick<Round, 'sessions'>): boolean =>
  sessions.list().some(({ attempt }) => sessions.asked(attempt.id)?.reason === endedElsewhere)

/** Settles tasks whose attempt ended before a crash, or without anybody attending it. */
export async function settleEnded(round: Round): Promise<void> {
  const { deps, sessions, signal } = round
  const { config } = deps.inForce()
  const { leaseGraceMs } = config.limits
  for (const { attempt, task } of await deps.store.endedUnsettled(null, 100)) {
    const { verdict, endedAt } = attempt
    if (verdict === null || endedAt === null || sessions.has(attempt.id)) continue
    // Another host settles its own, unless it went away in between.
    if (attempt.host !== deps.host.name && endedAt + leaseGraceMs > deps.clock.now()) continue
    const checked = needsCheck(task, attempt, verdict)
    const settle = async (): Promise<void> => {
      const { checkMs, pollMs } = config.limits
      const cwd = await settleDeps(deps, config).cwdOf(task, attempt)
      const checking = { ...deps, checkMs, pollMs, fleetDir: deps.places.fleetDir, cwd }
      const said = checked
        ? await checkAttended(checking, task, attempt, verdict, signal)
        : { check: 'none' as const }
      if (said.check === 'left') return
      const result = said.check === 'stopped' ? { check: 'none' as const } : said
      await settleAfter(settleDeps(deps, config), task, attempt, verdict, result)
    }
    if (!checked) await settle()
    // A check may take its time: it is attended like a session, and the round goes on.
    else if (attempt.host === deps.host.name)
      sessions.begin(attempt, task, settle, (error) => ended(round, attempt.id, error))
  }
}

/**
 * Records the loss of attempts whose host is gone, and gives their tasks back, without a check: the folder it would look
 * at is that host's. Takes what was seen of leases before, and answers what is seen now.
 */
export async function recordLosses(
  { deps }: Round,
  awake: Wakefulness,
  before: SeenLeases,
): Promise<SeenLeases> {
  const { store, host, clock } = deps
  const { config } = deps.inForce()
  const open = (await store.unended(null)).map((attempt) => ({ attempt }))
  const seen = seeLeases(before, open, host.name, awake, clock.monotonicMs())
  for (const { attempt } of lostAttempts(open, seen, awake, config.limits)) {
    const task = await store.task(attempt.taskId)
    assert(task !== null, 'a task outlives its unended attempts')
    const verdict = { ...vanished, evidence: `host ${attempt.host} did not renew its lease` }
    if (!(await endLost(settleDeps(deps, config), attempt, verdict))) continue
    await settleAfter(settleDeps(deps, config), task, attempt, verdict, { check: 'none' })
  }
  return seen
}

/**
 * Ends what runs here of attempts that another host called lost while this one was away: their tasks are in other hands.
 * And what an earlier daemon's checks left running, but for those attended by now: such a check empties the place before
 * it begins, and what runs under its name since then is our own. Done once by each daemon; what is called lost later,
 * its own attendance stops.
 */
export async function emptyLost({
  deps,
  sessions,
}: Pick<Round, 'deps' | 'sessions'>): Promise<void> {
  const { store, host } = deps
  const { stopGraceMs } = deps.inForce().config.limits
  const endings = await store.facts({ kinds: ['attempt.ended'], newestFirst: true, limit: 500 })
  const ended = endings.flatMap(({ attemptId }) => attemptId ?? [])
  const checks: Promise<unknown>[] = []
  for (const attempt of await store.attemptsAmong(ended, host.name)) {
    const { id: attemptId, nonce, launch, verdict } = attempt
    if (!sessions.has(attemptId)) checks.push(host.emptyShell(checkOwner(attemptId)))
    if (verdict?.class !== 'lost') continue
    const { launcher } = deps.equip(attempt.agent, deps.inForce().config, attempt.lanes)
    const ref = { attemptId, nonce, launch }
    await launcher.takeTicket(ref) // whatever has not started yet never will
    if ((await launcher.living(ref)).length > 0) await launcher.empty(ref, stopGraceMs)
  }
  await Promise.all(checks)
}

/** What `tick` judges by, read from the store. */
export async function snapshot({
  store,
  clock,
  host,
  inForce,
}: Pick<DispatchDeps, 'store' | 'clock' | 'host' | 'inForce'>): Promise<TickWorld> {
  const { config, offers } = inForce()
  const [ready, gates, open, choices] = await Promise.all([
    store.readyDemands(),
    store.gates(),
    store.openCounts(host.name),
    store.choices({ now: clock.now() }),
  ])
  return {
    choices,
    host: host.name,
    hostSlots: config.slots,
    tiers: config.tiers,
    offers,
    ready,
    gates,
    open,
  }
}

/** Attends what was just claimed or found, in a session of its own. */
export function beginSession(
  round: Round,
  { attempt, task }: OpenAttempt,
  fresh: Fresh | null,
  config: FleetConfig,
): void {
  const { deps, sessions, signal, gates } = round
  const equipped = equipSession(deps, gates, attempt, task.order.timeoutMs, config)
  const kept = lightened(task)
  const asked = () => sessions.asked(attempt.id) ?? attempt.stop
  const heard = () => sessions.heard(attempt.id)
  sessions.begin(
    attempt,
    kept,
    () => attend(equipped, { attempt, task: kept, fresh, asked, heard }, signal),
    (error) => ended(round, attempt.id, error),
  )
}

function equipSession(
  deps: DispatchDeps,
  gates: Gatekeeper,
  attempt: Attempt,
  timeoutMs: number | null,
  config: FleetConfig,
): SessionDeps {
  const agent = config.agents.find((one) => one.name === attempt.agent) ?? null
  const equipment = deps.equip(attempt.agent, config, attempt.lanes)
  const limitMs = timeoutMs ?? agent?.timeoutMs ?? config.limits.attemptMs
  const { limits } = config
  const pulse = pulseLimits(limits, agent, equipment.adapter)
  const workspace = agent?.workspace ?? 'dir'
  const settling = settleDeps(deps, config)
  return { ...deps, ...equipment, ...settling, fold: gates.fold, limits, limitMs, pulse, workspace }
}

const workspaceOf = (config: FleetConfig, { agent }: Attempt): WorkspaceKind =>
  config.agents.find(({ name }) => name === agent)?.workspace ?? 'dir'

const settleDeps = (deps: DispatchDeps, config: FleetConfig) => ({
  cwdOf: (task: Task, attempt: Attempt) =>
    deps.workspaces.cwdOf(workplaceOf(task, attempt, workspaceOf(config, attempt))),
  store: deps.store,
  clock: deps.clock,
  rules: {
    backoffMs: config.backoffMs,
    unchargedMax: config.unchargedMax,
    jitter: (ms: number) => jitter(ms, 0.1, deps.random),
  },
  failover: (attempt: Attempt) => goesElsewhere(deps, attempt),
  price: priceOf(config),
})

/** A programmer's error in one attendance is told; the attempt is attended anew after a wait that grows. */
function ended({ deps, onEnd, troubled }: Round, attemptId: number, error: unknown): void {
  if (error !== null) deps.onError(`attempt ${attemptId}`, error)
  const { pollMs } = deps.inForce().config.limits
  noteTrouble(troubled, attemptId, error !== null, deps.clock.monotonicMs(), pollMs)
  onEnd(error !== null)
}
