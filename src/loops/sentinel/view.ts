// Gathers the view of the fleet that post-conditions are judged by, in a few bounded reads.

import type { Store } from '../../drivers/store/contract.ts'
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
  }>
}

export async function viewOf(
  { store, standing }: ViewDeps,
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
  return {
    now,
    ready: counts.ready,
    unsettled: counts.ready + counts.held + counts.taken,
    running: counts.taken,
    oldestReadyAt: oldest?.readyAt ?? null,
    takable: stands.takable,
    standing: stands.standing,
    gates,
    mechanisms,
    schedules,
    waits: await waitsOf(store, now),
    ...{ recent, hour, day, week },
  }
}

/** What waits for a mechanism and no person, by class. */
async function waitsOf(store: Store, now: number): Promise<readonly Waiting[]> {
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
  const gated = calm.map(({ window, count, oldest }) => ({
    class: 'calm' as const,
    waiting: count,
    oldest,
    lastReleasedAt: newestOf(
      windows.filter(({ name }) => name === window).map(({ lastTakenAt }) => lastTakenAt),
    ),
  }))
  return [...held, ...gated]
}

const isWaitClass = (kind: string): kind is WaitClass =>
  (waitClasses as readonly string[]).includes(kind)

function newestOf(times: readonly (number | null)[]): number | null {
  const known = times.filter((one) => one !== null)
  return known.length === 0 ? null : Math.max(...known)
}
