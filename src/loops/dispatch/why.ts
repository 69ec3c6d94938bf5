// Why a task does not run: every hold, gate and missing thing, each with its release, by the same judges that decide.

import type { Clock } from '../../base/clock.ts'
import type { FleetConfig } from '../../model/config.ts'
import { type Offer, whoServes } from '../../model/demand.ts'
import { gateRelease } from '../../model/gate.ts'
import { type HoldState, releaseSentence } from '../../model/hold.ts'
import { mechanismServing } from '../../model/mechanism-rows.ts'
import type { Task } from '../../model/task.ts'
import { taskNotFound } from '../../model/task-refusals.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { inTheWay, whyNot } from './tick.ts'
import { boundMissing, calmGates, lockMissing } from './why-bounds.ts'
import type { Why, WhyGate, WhyHold, WhyMissing } from './why-shape.ts'

export interface WhyDeps {
  readonly store: Store
  readonly clock: Clock
  readonly config: FleetConfig
  readonly offers: readonly (Offer & { readonly slots: number })[]
  readonly hostName: string
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Explains one task. Throws `task.missing` when there is none. */
export async function whyTask(deps: WhyDeps, taskId: number): Promise<Why> {
  const task = await deps.store.task(taskId)
  if (task === null) throw taskNotFound(taskId)
  const { agents, missing } = whoServes(deps.offers, task.demand, deps.config.tiers)
  const holds = await holdsOf(deps, taskId)
  const waiting = task.state === 'held' || task.state === 'ready'
  const now = deps.clock.now()
  const gates = waiting
    ? [
        ...(await gatesOf(deps, agents, task.demand.exempt === true)),
        ...(await calmGates(deps, task.demand, now)),
      ]
    : []
  const lacking = waiting ? await missingOf(deps, task, agents, missing) : []
  const place = task.state === 'ready' ? await deps.store.placeOf(taskId) : null
  const sentence = sentenceOf(task, holds, gates, lacking, place)
  const next = nextOf(holds, gates, lacking, place)
  return { state: task.state, sentence, holds, gates, missing: lacking, place, agents, next }
}

async function holdsOf({ store }: WhyDeps, taskId: number): Promise<WhyHold[]> {
  const holds = await store.holdsOf(taskId, true)
  if (holds.length === 0) return []
  const told = await store.mechanisms()
  return holds.map(({ id, kind, since, release, state }) => {
    const row = mechanismServing(kind)
    const own = told.filter((one) => one.name === row?.name)
    return {
      id,
      kind,
      since,
      release: releaseSentence(release, iso),
      until: release.kind === 'time' ? release.until : null,
      mechanism: row?.name ?? 'none',
      does: row?.does ?? 'nothing releases it by itself: `midwatch release`',
      lastFiredAt: newest(own.map((one) => one.lastFiredAt)),
      lastMovedAt: newest(own.map((one) => one.lastMovedAt)),
      seen: seenOf(state),
    }
  })
}

const newest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((one) => one !== null)
  return known.length === 0 ? null : Math.max(...known)
}

function seenOf({ answer, detail, at, tries, reminders, remindedAt }: HoldState): string | null {
  if (answer !== undefined)
    return `${answer === 'not_yet' ? 'not yet' : answer} at ${iso(at ?? 0)} (look ${tries}): ${detail}`
  if (reminders === undefined) return null
  return `reminded ${reminders} times, last at ${iso(remindedAt ?? 0)}`
}

/** Gates that stand in the way of agents that could take it, on each of their routes. */
async function gatesOf(
  { store, clock, hostName, offers }: WhyDeps,
  agents: readonly string[],
  exempt: boolean,
): Promise<WhyGate[]> {
  const [gates, choices] = await Promise.all([store.gates(), store.choices({ now: clock.now() })])
  const world = { host: hostName, gates, choices }
  const stopped = new Set(
    offers
      .filter((offer) => agents.includes(offer.agent))
      .flatMap((offer) => inTheWay(world, offer, exempt).map((gate) => gate.lane)),
  )
  return gates
    .filter((gate) => stopped.has(gate.lane))
    .map((gate) => ({
      lane: gate.lane,
      state: gate.state,
      since: gate.state === 'passing' ? 0 : gate.since,
      reason: gate.state === 'passing' ? '' : gate.reason,
      release: gateRelease(gate, iso),
    }))
}

async function missingOf(
  deps: WhyDeps,
  task: Task,
  agents: readonly string[],
  missing: readonly string[],
): Promise<WhyMissing[]> {
  if (agents.length === 0)
    return [
      {
        what: missing.join(' · ') || 'no agent is configured',
        release: 'a configuration with a fitting agent, or `midwatch edit`',
      },
    ]
  const found: WhyMissing[] = []
  const hosts = await deps.store.hosts()
  if (!hosts.some((host) => host.running))
    found.push({ what: 'no dispatcher is running', release: '`midwatch up`' })
  // What is held is told of what it will need then; who is busy now may not be by that time.
  if (task.state === 'held') return [...found, ...(await lockMissing(deps, task.demand))]
  const { config } = deps
  const open = await deps.store.openCounts(deps.hostName)
  const world = { host: deps.hostName, hostSlots: config.slots, gates: [], open }
  const serving = deps.offers.filter((offer) => agents.includes(offer.agent))
  const refusals = serving.map((offer) => whyNot(world, offer, config.slots - open.onHost))
  const full = refusals.filter((why) => why !== null)
  if (full.length === serving.length)
    for (const why of full) found.push({ what: why.sentence, release: why.release })
  return [...found, ...(await boundMissing(deps, task.demand, serving))]
}

function sentenceOf(
  task: Task,
  holds: readonly WhyHold[],
  gates: readonly WhyGate[],
  missing: readonly WhyMissing[],
  place: number | null,
): string {
  if (task.state === 'settled') return `it is settled: ${task.outcome} (${task.reason})`
  if (task.state === 'taken') return `attempt ${task.attemptId} works on it`
  if (holds.length > 0) return `it is held: ${holds.map((hold) => hold.release).join('; ')}`
  if (gates.length > 0) return `${gates.map((gate) => `${gate.lane} is ${gate.state}`).join('; ')}`
  if (missing.length > 0) return missing.map((one) => one.what).join('; ')
  return place === 0 || place === null
    ? 'it is next in line'
    : `${place} ready tasks stand before it`
}

/** What would be next: the first thing after the first, or its place in the line. */
function nextOf(
  holds: readonly WhyHold[],
  gates: readonly WhyGate[],
  missing: readonly WhyMissing[],
  place: number | null,
): string | null {
  const waits = [
    ...holds.map((hold) => hold.release),
    ...gates.map((gate) => `${gate.lane} is ${gate.state}: ${gate.reason}`),
    ...missing.map((one) => one.what),
  ]
  if (waits.length === 0) return null
  if (waits.length > 1) return waits[1] ?? null
  return place === null || place === 0 ? 'it is next in line' : `${place} stand before it`
}
