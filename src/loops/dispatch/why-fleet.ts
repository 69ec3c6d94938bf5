// Why is nothing running? And why did nothing happen at three? From what is now, and from the refusals and facts that were
// kept, by the same codes that decided then.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { isoTime } from '../../base/when.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { Demand, Offer } from '../../model/demand.ts'
import { lackingOf, whoServes } from '../../model/demand.ts'
import { gateRelease } from '../../model/gate.ts'
import { releaseSentence } from '../../model/hold.ts'
import type { KeptRefusal } from '../../model/told-refusal.ts'
import { taskNotFound } from '../../model/task-refusals.ts'
import { type AuditLine, auditWaits, stuckMechanisms } from './audit.ts'
import { boundMissing, calmGates } from './why-bounds.ts'

interface FleetDeps {
  readonly store: Store
  readonly clock: Clock
  readonly config: FleetConfig
  readonly offers: readonly Offer[]
  readonly hostName: string
}

/** So many kinds of ready tasks are judged one by one. */
const judgedMost = 50
/** Told from what is now, by their own judges; a refusal of the last minute may be over. */
const judgedNow = /^(gate|lock|calm)\./

/** One thing that stands in the way, with what removes it. */
export interface Reason {
  readonly what: string
  readonly release: string
}

export interface WhyFleet {
  readonly sentence: string
  readonly running: number
  readonly ready: number
  readonly held: number
  readonly reasons: readonly Reason[]
  readonly refusals: readonly KeptRefusal[]
  readonly waits: readonly AuditLine[]
}

/** Why nothing more runs in the whole fleet. */
export async function whyFleet(deps: FleetDeps): Promise<WhyFleet> {
  const { store, clock } = deps
  const now = clock.now()
  const [counts, hosts, gates, ready, refusals, waits, stuck] = await Promise.all([
    store.counts(),
    store.hosts(),
    store.gates(),
    store.readyDemands(),
    store.refusalsAt({ at: now, limit: 20 }),
    auditWaits(deps),
    stuckMechanisms(deps),
  ])
  const reasons: Reason[] = []
  if (!hosts.some((host) => host.running))
    reasons.push({ what: 'no dispatcher is running', release: '`midwatch up`' })
  for (const gate of gates)
    if (gate.state !== 'passing')
      reasons.push({
        what: `${gate.lane} is ${gate.state}: ${gate.reason}`,
        release: gateRelease(gate, isoTime),
      })
  reasons.push(...unserved(deps, ready), ...(await bounds(deps, ready, now)))
  for (const one of stuck)
    reasons.push({
      what: `${one.name} on ${one.host} has something to do and moves nothing${one.note === null ? '' : `: ${one.note}`}`,
      release: 'look at `midwatch holds` and the incidents',
    })
  const sentence = sentenceOf(counts, reasons, refusals)
  return {
    sentence,
    running: counts.taken,
    ready: counts.ready,
    held: counts.held,
    reasons,
    refusals,
    waits,
  }
}

function unserved(
  { offers, config }: FleetDeps,
  ready: readonly { id: number; demand: Demand }[],
): Reason[] {
  const lacking = ready.map(({ demand }) => lackingOf(offers, demand, config.tiers))
  return [...new Set(lacking.filter((what) => what !== null))].map((what) => ({
    what: `ready tasks that nobody serves: ${what}`,
    release: 'a configuration with a fitting agent, or `midwatch edit`',
  }))
}

/** The calm windows that let none through, the locks and the caps in the way of what is ready. */
async function bounds(
  deps: FleetDeps,
  ready: readonly { demand: Demand }[],
  now: number,
): Promise<Reason[]> {
  const found = new Map<string, Reason>()
  const capped = Object.keys(deps.config.caps?.labels ?? {})
  const bound = ready.filter(
    ({ demand: { calm, locks = [], labels } }) =>
      calm !== undefined || locks.length > 0 || labels.some((one) => capped.includes(one)),
  )
  for (const { demand } of bound.slice(0, judgedMost)) {
    const { agents } = whoServes(deps.offers, demand, deps.config.tiers)
    if (agents.length === 0) continue
    const serving = deps.offers.filter(({ agent }) => agents.includes(agent))
    for (const { lane, reason, release } of await calmGates(deps, demand, now))
      found.set(lane, { what: `${lane} is shut: ${reason}`, release })
    for (const one of await boundMissing(deps, demand, serving)) found.set(one.what, one)
  }
  return [...found.values()]
}

function sentenceOf(
  counts: { ready: number; held: number; taken: number },
  reasons: readonly Reason[],
  refusals: readonly KeptRefusal[],
): string {
  const running = counts.taken > 0 ? `${counts.taken} tasks run; ` : ''
  if (counts.ready === 0)
    return `${running}no task is ready${counts.held > 0 ? `, ${counts.held} are held` : ''}`
  const [reason] = reasons
  if (reason !== undefined) return `${running}${counts.ready} are ready: ${reason.what}`
  const refused = refusals.find(({ code }) => !judgedNow.test(code))
  if (refused !== undefined) return `${running}${counts.ready} are ready: ${refused.sentence}`
  return `${running}${counts.ready} are ready, and nothing stands in the way: they are taken next`
}

export interface WhyThen {
  readonly at: number
  readonly refusals: readonly KeptRefusal[]
  /** Holds that were on the task then; empty without a task. */
  readonly holds: readonly { id: number; kind: string; since: number; release: string }[]
  /** The newest word of each gate before that moment, where it was not passing. */
  readonly gates: readonly { lane: string; state: string; since: number; reason: string }[]
  readonly sentence: string
}

/** What stood in the way at a moment that is over. Throws `task.missing` when there is no such task. */
export async function whyThen(
  { store }: Pick<FleetDeps, 'store'>,
  at: number,
  taskId: number | null,
): Promise<WhyThen> {
  const task = taskId === null ? null : await store.task(taskId)
  if (taskId !== null && task === null) throw taskNotFound(taskId)
  const [refusals, facts, all] = await Promise.all([
    store.refusalsAt({ at, limit: 20 }),
    store.gateFacts(1_000),
    taskId === null ? [] : store.holdsOf(taskId, false),
  ])
  const holds = all
    .filter((one) => one.since <= at && (one.releasedAt === null || one.releasedAt > at))
    .map(({ id, kind, since, release }) => ({
      id,
      kind,
      since,
      release: releaseSentence(release, isoTime),
    }))
  const gates = gatesThen(
    facts.filter((fact) => fact.at <= at).map(({ at: since, body }) => ({ since, body })),
  )
  const unborn =
    task !== null && task.createdAt > at
      ? `task ${task.id} was not there yet: it was wanted at ${isoTime(task.createdAt)}`
      : undefined
  const first =
    unborn ?? holds[0]?.release ?? (gates[0] && `${gates[0].lane} was ${gates[0].state}`)
  const sentence =
    first ??
    refusals[0]?.sentence ??
    'nothing was refused around then, and no gate stood in the way: nothing was ready, or no dispatcher ran (`midwatch facts`)'
  return { at, refusals, holds, gates, sentence }
}

/** Newest first: the first word about a lane is the one that stood. */
function gatesThen(
  facts: readonly { since: number; body: { kind: string; lane?: string; reason?: string } }[],
): WhyThen['gates'] {
  const seen = new Map<string, WhyThen['gates'][number]>()
  for (const { since, body } of facts) {
    if (body.lane === undefined || seen.has(body.lane)) continue
    const state = body.kind.replace('gate.', '')
    seen.set(body.lane, { lane: body.lane, state, since, reason: body.reason ?? '' })
  }
  return [...seen.values()].filter((one) => ['shut', 'pinned', 'probing'].includes(one.state))
}
