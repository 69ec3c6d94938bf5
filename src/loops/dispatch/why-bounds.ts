// What binds a ready task beyond its agent, for `why`: its calm window on every host that judged it, the locks it takes, and
// caps. By the judge that the claim asks.

import type { Store } from '../../drivers/store/contract.ts'
import { localTimeIn } from '../../lifecycle/calm/judge.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { Demand } from '../../model/demand.ts'
import { fleetLane } from '../../model/gate.ts'
import { calmLane, windowRefuses } from '../../model/window.ts'
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
        : `after ${policy.maxWaitMs / 60_000} min of waiting ${policy.escape === 'ask' ? 'a person is asked' : 'it runs at the least busy time'}`
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

/** Locks that somebody else holds, and caps that are full. */
export async function boundMissing(
  { store, config }: BoundDeps,
  { locks = [], labels }: Demand,
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
  const { caps } = config
  if (caps === undefined) return found
  const capped = labels.filter((label) => caps.labels[label] !== undefined)
  if (caps.fleet === null && capped.length === 0) return found
  const open = await store.unended(null)
  if (caps.fleet !== null && open.length >= caps.fleet)
    found.push({
      what: `${fleetLane} has all ${caps.fleet} attempts under way that its cap allows`,
      release: 'one of them ends',
    })
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
