// Judges the calm windows of this host, seldom enough to cost nothing and often enough for a claim; tells, as every
// mechanism does, how many wait and how many went through; and lets out what has waited too long.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { HostSenses } from '../../drivers/senses/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { busyness, closedMs, isLeastBusy, judgeCalm } from '../../lifecycle/calm/judge.ts'
import type { Release } from '../../model/hold.ts'
import { headrooms } from '../../model/quota.ts'
import { laneKind } from '../../model/lane-rules.ts'
import { type Limits, paceMs } from '../../model/limits.ts'
import { cutShort, type MechanismState, type TellFiring } from '../../model/mechanism.ts'
import { noData } from '../../model/incident.ts'
import { calmLane, type Senses, type WindowPolicy, type WindowState } from '../../model/window.ts'

export interface CalmDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: { readonly name: string }
  readonly senses: HostSenses
  readonly policies: () => readonly WindowPolicy[]
  readonly limits: () => Limits
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}

/** Well below the time for which a judgement is good. */
const judgeEveryMs = 10_000
/** Who lets none through is told of after hours: that is looked at less often. */
const accuseEveryMs = 30_000
/** Tasks that are let out at once. */
const escapesAtOnce = 20

export function watchCalm(deps: CalmDeps): Service {
  const { clock } = deps
  return startService('calm', async (signal) => {
    const memory: CalmMemory = { takenBefore: new Map(), accusedAt: null }
    while (!signal.aborted) {
      try {
        await judgeAll(deps, memory)
      } catch (error) {
        deps.onError('calm', error)
        for (const { name } of deps.policies()) deps.fired(cutShort(`calm:${name}`, error))
      }
      const restMs = deps.policies().length > 0 ? judgeEveryMs : paceMs(judgeEveryMs, deps.limits())
      await clock.sleep(restMs, signal)
    }
  })
}

/** What one round leaves to the next. */
export interface CalmMemory {
  readonly takenBefore: Map<string, number>
  accusedAt: number | null
}

/** Judges every window of this host once. */
export async function judgeAll(deps: CalmDeps, memory: CalmMemory): Promise<void> {
  const policies = deps.policies()
  if (policies.length === 0) return
  const { store, host, clock } = deps
  const senses = await deps.senses.feel()
  const [known, open, headroom] = await Promise.all([
    store.windows(host.name),
    store.openCounts(host.name),
    policies.some((policy) => policy.headroom !== null) ? headroomOf(store, clock.now()) : null,
  ])
  const others = open.onHost
  const states = await Promise.all(
    policies.map(async (policy) => {
      const before = known.find((one) => one.name === policy.name) ?? null
      const state = await judgeOne(deps, policy, { senses, others, headroom }, before)
      await tell(deps, policy, state, memory.takenBefore)
      await letOut(deps, policy, state, { senses, others })
      return { policy, state }
    }),
  )
  const nowMs = clock.monotonicMs()
  if (memory.accusedAt !== null && nowMs - memory.accusedAt < accuseEveryMs) return
  memory.accusedAt = nowMs
  const [mechanisms, incidents] = await Promise.all([
    store.mechanisms(),
    store.incidents({ openOnly: true, limit: 200 }),
  ])
  const told = new Map(incidents.map(({ key, openedAt }) => [key, openedAt]))
  for (const { policy, state } of states) {
    const own = mechanisms.find(
      (one) => one.name === `calm:${policy.name}` && one.host === host.name,
    )
    await accuse(deps, policy, state, own, told.get(`window:${policy.name}@${host.name}`))
  }
}

async function judgeOne(
  { store, clock, host }: CalmDeps,
  policy: WindowPolicy,
  felt: { senses: Senses; others: number; headroom: number | null },
  before: WindowState | null,
): Promise<WindowState> {
  const now = clock.now()
  const judged = judgeCalm(policy, { ...felt, now }, before)
  return await store.judgeWindow({ name: policy.name, host: host.name, ...judged, now })
}

/** What is left of the scarcest known quota, or the part of the accounts that passes where that is less; null without either. */
async function headroomOf(store: Store, now: number): Promise<number | null> {
  const [gates, quotas] = await Promise.all([store.gates(), store.quotas()])
  const accounts = gates.filter((gate) => laneKind(gate.lane) === 'account')
  const passing = accounts.filter((gate) => gate.state === 'passing').length
  const left = [
    ...(accounts.length === 0 ? [] : [passing / accounts.length]),
    ...headrooms(quotas, now),
  ]
  return left.length === 0 ? null : Math.min(...left)
}

async function tell(
  { store, fired }: CalmDeps,
  { name }: WindowPolicy,
  state: WindowState,
  takenBefore: Map<string, number>,
): Promise<void> {
  const { count } = await store.waitingForCalm({ name, limit: 0 })
  const before = takenBefore.get(name) ?? state.takenToday
  takenBefore.set(name, state.takenToday)
  const moved = Math.max(0, state.takenToday - before)
  const note = state.why.length === 0 ? null : state.why.join('; ')
  fired({ name: `calm:${name}`, had: count + moved, moved, note })
}

/** Tasks waited for long, and the window let none through: a timer that fires is no proof of anything (S0). */
async function accuse(
  { store, clock, host }: CalmDeps,
  policy: WindowPolicy,
  state: WindowState,
  own: MechanismState | undefined,
  toldAt: number | undefined,
): Promise<void> {
  const { name, tellAfterMs } = policy
  const key = `window:${name}@${host.name}`
  const now = clock.now()
  const isTold = toldAt !== undefined
  // What moved since may be stuck anew already: a full opening has a rest that waits.
  const movedSince = isTold && (own?.lastMovedAt ?? 0) > toldAt
  if (own === undefined || own.stuckSince === null || movedSince) {
    if (isTold) await store.resolveIncident({ key, by: 'it let tasks through', now })
    return
  }
  const waitedMs = now - own.stuckSince
  if (isTold || waitedMs < tellAfterMs) return
  // Outside of its hours it lets nobody through, and is well.
  if (waitedMs - closedMs(policy, own.stuckSince, now) < tellAfterMs) return
  const last = own.lastMovedAt === null ? 'never' : new Date(own.lastMovedAt).toISOString()
  await store.openIncident({
    key: `window:${name}@${host.name}`,
    title: `${own.waiting} tasks wait for the calm window ${name} on ${host.name}, and it let none through since ${new Date(own.stuckSince).toISOString()}: ${state.why.join('; ')}`,
    data: {
      ...noData,
      lane: calmLane(name, host.name),
      needsPerson: true,
      release: `widen the window in midwatch.yaml, give it maxWait, or \`midwatch edit TASK --calm none\`; it was judged ${own.fired} times, and let the last one through ${last}`,
    },
    now,
  })
}

/** Who has waited too long is run at the least busy time, or a person is asked. */
async function letOut(
  { store, clock }: CalmDeps,
  policy: WindowPolicy,
  state: WindowState,
  felt: { senses: Senses; others: number },
): Promise<void> {
  const { maxWaitMs, name, escape: way } = policy
  if (maxWaitMs === null) return
  const now = clock.now()
  if (way === 'run' && !isLeastBusy(state.busy, now, busyness(policy, felt))) return
  const limit = way === 'run' ? (policy.perWindow ?? 1) : escapesAtOnce
  const { tasks } = await store.waitingForCalm({ name, limit })
  for (const { id, readyAt } of tasks) {
    if (now - readyAt < maxWaitMs) return
    const reason = `it waited since ${new Date(readyAt).toISOString()}, longer than ${name} allows`
    const ask = way === 'ask' ? question(name, state) : null
    await store.waiveCalm({ taskId: id, by: `the window ${name}`, reason, ask, now })
  }
}

const question = (name: string, { why }: WindowState): Release => ({
  kind: 'person',
  question: `it waited too long for the window ${name} (${why.join('; ') || 'it is calm now'}); release it to run it now, or cancel it`,
  told: 'the incident list',
})
