// Gathers the view of the fleet that post-conditions are judged by, in a few bounded reads.

import type { Store } from '../../drivers/store/contract.ts'
import { closedMs } from '../../lifecycle/calm/judge.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { MechanismState } from '../../model/mechanism.ts'
import { isSilent, liveMechanisms } from '../../model/mechanism-live.ts'
import {
  type ExpectConfig,
  type FleetView,
  type Waiting,
  type WaitClass,
  waitClasses,
} from '../../model/expect.ts'

const hourMs = 3_600_000
const stepMostMs = 300_000
const overdueStepMs = 60_000

export interface ViewDeps {
  readonly store: Store
  readonly standing: () => Promise<{
    readonly takable: boolean
    readonly standing: readonly string[]
    /** Since when the longest waiting of those that could be taken waits; null or absent where none could. */
    readonly oldestAt?: number | null
  }>
  /** What the configuration names. */
  readonly named: () => Pick<FleetConfig, 'windows' | 'sensors'>
}

type NamedIn = ReturnType<ViewDeps['named']>

export async function viewOf(
  { store, standing, named }: ViewDeps,
  expect: ExpectConfig,
  now: number,
): Promise<FleetView> {
  const since = (ms: number) => {
    // A long span is asked for from the same moment on for a while: what was counted once need not be counted again.
    const stepMs = store.hears?.() ? Math.min(ms / 12, stepMostMs) : 1
    return store.activity({ since: Math.floor((now - ms) / stepMs) * stepMs })
  }
  const [counts, oldest, gates, mechanisms, schedules, stands] = await Promise.all([
    store.counts(),
    store.oldestReady(),
    store.gates(),
    store.mechanisms(),
    store.schedules(),
    standing(),
  ])
  const [recent, hour, day, week] = await Promise.all([
    since(expect.startedMs ?? hourMs),
    since(hourMs),
    since(expect.spentMs ?? 24 * hourMs),
    since(expect.dispatchedMs ?? 168 * hourMs),
  ])
  const judged = await judgedOf(store, mechanisms, named(), now)
  return {
    now,
    ready: counts.ready,
    unsettled: counts.ready + counts.held + counts.taken,
    running: counts.taken,
    // Who waits at a gate for days says nothing of one that came a minute ago and could be taken.
    oldestReadyAt: stands.oldestAt ?? oldest?.readyAt ?? null,
    takable: stands.takable,
    standing: stands.standing,
    gates,
    ...judged,
    schedules,
    waits: await waitsOf(store, named(), now),
    ...{ recent, hour, day, week },
  }
}

/**
 * The mechanisms that are to be judged, and those among them whose loop no longer comes round although their host's others
 * do. For a window only its own hours count.
 */
async function judgedOf(
  store: Store,
  all: readonly MechanismState[],
  named: NamedIn,
  now: number,
): Promise<Pick<FleetView, 'mechanisms' | 'silent'>> {
  const live = liveMechanisms(all, named)
  const mechanisms = live.map((state) => {
    const { stuckSince, name } = state
    const policy = (named.windows ?? []).find((one) => name === `calm:${one.name}`)
    if (policy === undefined || stuckSince === null) return state
    return { ...state, stuckSince: stuckSince + closedMs(policy, stuckSince, now) }
  })
  if (!live.some((state) => isSilent(state, live, 0))) return { mechanisms, silent: [] }
  const started = await store.facts({ kinds: ['daemon.started'], newestFirst: true, limit: 50 })
  const startOf = (host: string) =>
    started.find(({ body }) => body.kind === 'daemon.started' && body.host === host)?.at ?? 0
  return { mechanisms, silent: live.filter((state) => isSilent(state, live, startOf(state.host))) }
}

/** What waits for a mechanism and no person, by class. */
async function waitsOf(store: Store, named: NamedIn, now: number): Promise<readonly Waiting[]> {
  const [{ holds, calm }, windows] = await Promise.all([
    store.auditHolds({ overdueBefore: store.hears?.() ? now - (now % overdueStepMs) : now }),
    store.windows(null),
  ])
  const held = holds
    .filter(({ kind, count, needPerson }) => isWaitClass(kind) && count > needPerson)
    .map(({ kind, count, needPerson, oldest, lastReleasedAt }) => ({
      class: kind as WaitClass,
      waiting: count - needPerson,
      oldest,
      lastReleasedAt,
    }))
  const gated = calm.map(({ window, count, oldest }) => {
    const its = windows.filter(({ name }) => name === window)
    const lastReleasedAt = newestOf(its.map(({ lastTakenAt }) => lastTakenAt))
    const policy = (named.windows ?? []).find(({ name }) => name === window)
    const since = Math.max(oldest, lastReleasedAt ?? 0)
    const closed = policy === undefined ? 0 : closedMs(policy, since, now)
    return { class: 'calm' as const, waiting: count, oldest, lastReleasedAt, closedMs: closed }
  })
  return [...held, ...gated]
}

const isWaitClass = (kind: string): kind is WaitClass =>
  (waitClasses as readonly string[]).includes(kind)

function newestOf(times: readonly (number | null)[]): number | null {
  const known = times.filter((one) => one !== null)
  return known.length === 0 ? null : Math.max(...known)
}
