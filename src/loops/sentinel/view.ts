// Gathers the view of the fleet that post-conditions are judged by, in a few bounded reads.

import type { Store } from '../../drivers/store/contract.ts'
import type { ExpectConfig, FleetView } from '../../model/expect.ts'

const hourMs = 3_600_000

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
  const since = (ms: number) => store.activity({ since: now - ms })
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
    ...{ recent, hour, day, week },
  }
}
