// What binds a ready task beyond its agent, for `why`: its calm window on every host that judged it, the locks it takes, and
// caps. By the judge that the claim asks.

import { formatDuration } from '../../base/duration.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { localTimeIn } from '../../lifecycle/calm/judge.ts'
import type { FleetConfig } from '../../model/config.ts'
import { type Demand, type Offer, routesOf } from '../../model/demand.ts'
import { calmLane, windowRefuses } from '../../model/window.ts'
import { boundsIn } from './bounds.ts'
import { lanesOf } from './tick.ts'
import type { WhyGate, WhyMissing } from './why-shape.ts'

interface BoundDeps {
  readonly store: Store
  readonly config: FleetConfig
  readonly hostName: string
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** The gates of its window that let it through nowhere; none as soon as one host would. */
export async function calmGates(
  { store, config, hostName }: BoundDeps,
  { calm }: Demand,
  now: number,
): Promise<WhyGate[]> {
  if (calm === undefined) return []
  const policy = config.windows?.find((one) => one.name === calm)
  if (policy === undefined)
    return [
      {
        lane: calmLane(calm, hostName),
        state: 'shut',
        since: now,
        reason: `no window ${calm} is configured`,
        release: 'name it under `windows:` in midwatch.yaml, or `midwatch edit TASK --calm none`',
      },
    ]
  const { day } = localTimeIn(policy.timezone, now)
  const states = (await store.windows(null)).filter((one) => one.name === calm)
  const stopped: WhyGate[] = []
  for (const state of states.length > 0 ? states : [undefined]) {
    const host = state?.host ?? hostName
    const open = await store.openCounts(host)
    const why = windowRefuses(state, { ...policy, day }, open.onHost, now)
    if (why === null) return []
    const wayOut =
      policy.maxWaitMs === null
        ? 'it has no maxWait'
        : `after ${formatDuration(policy.maxWaitMs)} of waiting ${policy.escape === 'ask' ? 'a person is asked' : 'it runs at the least busy time'}`
    const last =
      state?.lastOpenedAt == null ? 'never opened yet' : `last opened ${iso(state.lastOpenedAt)}`
    stopped.push({
      lane: calmLane(calm, host),
      state: 'shut',
      since: state?.quietSince ?? state?.judgedAt ?? now,
      reason: why,
      release: `a judgement that finds it calm, every few seconds (${last}); ${wayOut}`,
    })
  }
  return stopped
}

/** The full lanes, when no agent that could take it passes all of its own. */
function fullLanes(
  most: Readonly<Record<string, number>>,
  open: readonly { readonly lanes: readonly string[] }[],
  serving: readonly Pick<Offer, 'agent' | 'lanes' | 'routes'>[],
  hostName: string,
): WhyMissing[] {
  const inLane = (lane: string) => open.filter(({ lanes }) => lanes.includes(lane)).length
  const isFull = (lane: string) => inLane(lane) >= (most[lane] ?? Number.POSITIVE_INFINITY)
  const full = serving.flatMap((offer) =>
    routesOf(offer).map(({ lanes }) => lanesOf(offer.agent, hostName, lanes).filter(isFull)),
  )
  if (full.length === 0 || full.some((lanes) => lanes.length === 0)) return []
  return [...new Set(full.flat())].map((lane) => ({
    what: `${lane} has all ${most[lane]} attempts under way that its cap allows`,
    release: 'one of them ends',
  }))
}

/** Locks that somebody else holds. */
export async function lockMissing(
  { store }: Pick<BoundDeps, 'store'>,
  { locks = [] }: Demand,
): Promise<WhyMissing[]> {
  const found: WhyMissing[] = []
  for (const name of locks) {
    const [lock] = await store.locks({ name, limit: 1 })
    if (lock === undefined || lock.free) continue
    const until =
      lock.until === null
        ? `the end of attempt ${lock.attemptId}`
        : `its release, or ${iso(lock.until)}`
    found.push({
      what: `the lock ${name} is held by ${lock.holder} since ${iso(lock.since)}`,
      release: `${until}; \`midwatch lock release ${name} --force\` if nobody works under it`,
    })
  }
  return found
}

/** Locks that somebody else holds, and caps that are full for every agent that could take it. */
export async function boundMissing(
  { store, config, hostName }: BoundDeps,
  demand: Demand,
  serving: readonly Pick<Offer, 'agent' | 'lanes' | 'routes'>[],
): Promise<WhyMissing[]> {
  const found = await lockMissing({ store }, demand)
  const { labels } = demand
  const { caps } = config
  if (caps === undefined) return found
  const capped = labels.filter((label) => caps.labels[label] !== undefined)
  const most = boundsIn(config, 0).caps?.lanes ?? {}
  if (Object.keys(most).length === 0 && capped.length === 0) return found
  const open = await store.unended(null)
  found.push(...fullLanes(most, open, serving, hostName))
  const tasks = await Promise.all(open.map(({ taskId }) => store.task(taskId)))
  for (const label of capped) {
    const most = caps.labels[label] ?? 0
    const n = tasks.filter((task) => task?.demand.labels.includes(label)).length
    if (n >= most)
      found.push({
        what: `${n} attempts at tasks labelled ${label} are under way, at most ${most} may`,
        release: 'one of them ends',
      })
  }
  return found
}
