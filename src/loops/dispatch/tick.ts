// What next, and why not the rest? Pure: the world in, decisions and refusals out. Every refusal names its release.
// The claim itself looks again, in its own transaction; this only saves it from being asked in vain.

import { type AccountChoice, routesLeft } from '../../model/account.ts'
import { isBudgetLane } from '../../model/budget.ts'
import { type Demand, lacks, type Offer, routesOf } from '../../model/demand.ts'
import { agentLane, fleetLane, type Gate, gateRelease, hostLane } from '../../model/gate.ts'
import { type Refusal, refusal } from '../../model/refusal.ts'

export interface TickWorld {
  readonly host: string
  readonly hostSlots: number
  readonly tiers: readonly string[]
  readonly offers: readonly (Offer & { readonly slots: number })[]
  /** Demands that have ready tasks now. */
  readonly ready: readonly { readonly id: number; readonly demand: Demand }[]
  /** Those of which no task may be taken now for another reason than agents, slots and gates. */
  readonly bound?: ReadonlyMap<number, Refusal>
  readonly gates: readonly Gate[]
  /** What persons chose among accounts. */
  readonly choices?: readonly AccountChoice[]
  readonly open: { readonly byAgent: Readonly<Record<string, number>>; readonly onHost: number }
}

/** Let this agent claim up to `wish` tasks of these demands, in these lanes; an agent with several routes may have several. */
export interface Decision {
  readonly agent: string
  readonly lanes: readonly string[]
  readonly demandIds: readonly number[]
  readonly agentSlots: number
  readonly wish: number
}

export interface TickRefusal {
  /** Who was refused: an agent, or a demand that nobody here takes. */
  readonly subject: string
  readonly refusal: Refusal
}

/** Decides which agents claim now. */
export function tick(world: TickWorld): {
  decisions: Decision[]
  refusals: TickRefusal[]
  /** Whether some ready task will be taken here without a person's word. */
  movable: boolean
} {
  const decisions: Decision[] = []
  const refusals: TickRefusal[] = []
  const hostLeft = world.hostSlots - world.open.onHost
  for (const offer of world.offers) {
    const fitting = world.ready.filter(
      ({ demand }) => lacks(offer, demand, world.tiers).length === 0,
    )
    if (fitting.length === 0) continue
    const why = whyNot(world, offer, hostLeft)
    const room = Math.min(offer.slots - (world.open.byAgent[offer.agent] ?? 0), hostLeft)
    const free = fitting.filter(({ id }) => world.bound?.has(id) !== true)
    if (why !== null) {
      const exempt = free.filter(({ demand }) => demand.exempt === true)
      const passes = exempt.length > 0 && whyNot(world, offer, hostLeft, true) === null
      if (passes) decisions.push(...decideRoutes(world, offer, exempt, room, true))
      if (!passes || exempt.length < fitting.length)
        refusals.push({ subject: `agent ${offer.agent}`, refusal: why })
      continue
    }
    // What one agent wishes for is not taken off for the next: a window, a lock or a ramp may leave it with nothing, and
    // places kept for it would hold up everybody behind it. The claim keeps the host's number.
    if (free.length > 0) decisions.push(...decideRoutes(world, offer, free, room, false))
    else refusals.push(...bindings(world, offer.agent, fitting))
  }
  refusals.push(...unserved(world))
  return { decisions, refusals, movable: isMovable(world) }
}

/** Nothing but what is bound is ready for this agent: each kind of reason is told once. */
function bindings({ bound }: TickWorld, agent: string, fitting: TickWorld['ready']): TickRefusal[] {
  const known = fitting.flatMap(({ id }) => bound?.get(id) ?? [])
  return [...new Map(known.map((refusal) => [refusal.code, refusal])).values()].map((refusal) => ({
    subject: `agent ${agent}`,
    refusal,
  }))
}

/** The preferred route takes what its gates let in, the next one the rest: one that comes back slowly holds up nobody. */
function decideRoutes(
  world: TickWorld,
  offer: TickWorld['offers'][number],
  demands: TickWorld['ready'],
  room: number,
  exempt: boolean,
): Decision[] {
  const { agent, slots: agentSlots } = offer
  const demandIds = demands.map(({ id }) => id)
  const decisions: Decision[] = []
  for (const { lanes: client } of leftOf(world, offer)) {
    const lanes = lanesOf(agent, world.host, unlessExempt(client, exempt))
    const its = world.gates.filter((gate) => lanes.includes(gate.lane))
    if (its.some(letsNobodyIn)) continue
    const isProbed = its.some((gate) => gate.state === 'probing')
    decisions.push({ agent, lanes, demandIds, agentSlots, wish: isProbed ? 1 : room })
    if (its.every((gate) => gate.state === 'passing' && gate.ramp === undefined)) break
  }
  return decisions
}

/** The lanes of a client that count: what is exempt does not pass those of budgets. */
const unlessExempt = (client: readonly string[], exempt: boolean): readonly string[] =>
  exempt ? client.filter((lane) => !isBudgetLane(lane)) : client

const leftOf = ({ choices = [] }: Pick<TickWorld, 'choices'>, offer: Offer) =>
  routesLeft(offer.agent, routesOf(offer), choices)

/** A full slot empties and a shut gate is probed by itself; a pin waits for a person. */
function isMovable(world: TickWorld): boolean {
  const hostLeft = world.hostSlots - world.open.onHost
  return world.ready.some(({ demand }) =>
    world.offers.some(
      (offer) =>
        lacks(offer, demand, world.tiers).length === 0 &&
        whyNot(world, offer, hostLeft, demand.exempt)?.code !== 'gate.pinned',
    ),
  )
}

/** Every lane an attempt of this agent on this host passes, sorted; `client` are those of its client. */
export const lanesOf = (agent: string, host: string, client: readonly string[] = []): string[] =>
  [agentLane(agent), fleetLane, hostLane(host), ...client].sort()

/** A gate that lets nobody in: not passing, and not probing with the place of its canary free. */
const letsNobodyIn = (gate: Gate): boolean =>
  gate.state !== 'passing' && !(gate.state === 'probing' && gate.canary === null)

/** Why this agent may not claim now, or null; `exempt` for tasks that no budget stops. */
export function whyNot(
  world: Pick<TickWorld, 'host' | 'hostSlots' | 'gates' | 'choices' | 'open'>,
  offer: Offer & { readonly slots: number },
  hostLeft: number,
  exempt = false,
): Refusal | null {
  const gate = inTheWay(world, offer, exempt)[0]
  if (gate !== undefined)
    return refusal(
      `gate.${gate.state}`,
      sentenceOf(gate),
      gateRelease(gate, (ms) => new Date(ms).toISOString()),
    )
  if ((world.open.byAgent[offer.agent] ?? 0) >= offer.slots)
    return refusal(
      'cap.agent',
      `agent ${offer.agent} has all ${offer.slots} slots taken`,
      'one of its attempts ends',
    )
  if (hostLeft <= 0)
    return refusal(
      'cap.host',
      `host ${world.host} has all ${world.hostSlots} slots taken`,
      'one of its attempts ends',
    )
  return null
}

/** The gates that let this agent in on none of its routes; those of the soonest to come back first. */
export function inTheWay(
  world: Pick<TickWorld, 'host' | 'gates' | 'choices'>,
  offer: Offer,
  exempt = false,
): readonly Gate[] {
  const shut = world.gates.filter(letsNobodyIn)
  if (shut.length === 0) return []
  const stopped: Gate[] = []
  for (const { lanes: client } of leftOf(world, offer)) {
    const lanes = lanesOf(offer.agent, world.host, unlessExempt(client, exempt))
    const its = shut.filter((one) => lanes.includes(one.lane))
    if (its.length === 0) return []
    stopped.push(...its.filter((gate) => !stopped.includes(gate)))
  }
  return stopped.toSorted((a, b) => dueOf(a) - dueOf(b))
}

/** A pin comes last: it waits for a person. */
const dueOf = (gate: Gate): number =>
  gate.state === 'pinned'
    ? (gate.until ?? Number.MAX_VALUE)
    : gate.state === 'shut'
      ? gate.until
      : 0

function sentenceOf(gate: Gate): string {
  if (gate.state === 'probing')
    return `${gate.lane} is probing: attempt ${gate.canary} is its canary`
  return gate.state === 'passing'
    ? `${gate.lane} is passing`
    : `${gate.lane} is ${gate.state}: ${gate.reason}`
}

function unserved(world: TickWorld): TickRefusal[] {
  return world.ready
    .filter(({ demand }) =>
      world.offers.every((offer) => lacks(offer, demand, world.tiers).length > 0),
    )
    .map(({ id }) => ({
      subject: `demand ${id}`,
      refusal: refusal(
        'demand.unserved',
        'no agent of this host serves it',
        'a configuration that adds such an agent, or another host',
      ),
    }))
}
