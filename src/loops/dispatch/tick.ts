// What next, and why not the rest? Pure: the world in, decisions and refusals out. Every refusal names its release.
// The claim itself looks again, in its own transaction; this only saves it from being asked in vain.

import { type Demand, lacks, type Offer } from '../../model/demand.ts'
import { agentLane, fleetLane, type Gate, gateRelease, hostLane } from '../../model/gate.ts'
import { type Refusal, refusal } from '../../model/refusal.ts'

export interface TickWorld {
  readonly host: string
  readonly hostSlots: number
  readonly tiers: readonly string[]
  readonly offers: readonly (Offer & { readonly slots: number })[]
  /** Demands that have ready tasks now. */
  readonly ready: readonly { readonly id: number; readonly demand: Demand }[]
  readonly gates: readonly Gate[]
  readonly open: { readonly byAgent: Readonly<Record<string, number>>; readonly onHost: number }
}

/** Let this agent claim up to `wish` tasks of these demands. */
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
  let hostLeft = world.hostSlots - world.open.onHost
  for (const offer of world.offers) {
    const demandIds = world.ready
      .filter(({ demand }) => lacks(offer, demand, world.tiers).length === 0)
      .map(({ id }) => id)
    if (demandIds.length === 0) continue
    const why = whyNot(world, offer, hostLeft)
    if (why !== null) {
      refusals.push({ subject: `agent ${offer.agent}`, refusal: why })
      continue
    }
    const room = Math.min(offer.slots - (world.open.byAgent[offer.agent] ?? 0), hostLeft)
    const wish = isProbed(world, offer) ? 1 : room
    decisions.push({
      agent: offer.agent,
      lanes: lanesOf(offer.agent, world.host, offer.lanes),
      demandIds,
      agentSlots: offer.slots,
      wish,
    })
    hostLeft -= wish
  }
  refusals.push(...unserved(world))
  return { decisions, refusals, movable: isMovable(world) }
}

/** A full slot empties and a shut gate is probed by itself; a pin waits for a person. */
function isMovable(world: TickWorld): boolean {
  const hostLeft = world.hostSlots - world.open.onHost
  return world.ready.some(({ demand }) =>
    world.offers.some(
      (offer) =>
        lacks(offer, demand, world.tiers).length === 0 &&
        whyNot(world, offer, hostLeft)?.code !== 'gate.pinned',
    ),
  )
}

/** A probing lane lets one attempt through, its canary. */
const isProbed = ({ gates, host }: TickWorld, { agent, lanes }: Offer): boolean => {
  const its = lanesOf(agent, host, lanes)
  return gates.some((gate) => gate.state === 'probing' && its.includes(gate.lane))
}

/** Every lane an attempt of this agent on this host passes, sorted; `client` are those of its client. */
export const lanesOf = (agent: string, host: string, client: readonly string[] = []): string[] =>
  [agentLane(agent), fleetLane, hostLane(host), ...client].sort()

/** A gate that lets nobody in: not passing, and not probing with the place of its canary free. */
const letsNobodyIn = (gate: Gate): boolean =>
  gate.state !== 'passing' && !(gate.state === 'probing' && gate.canary === null)

/** Why this agent may not claim now, or null. */
export function whyNot(
  world: Pick<TickWorld, 'host' | 'hostSlots' | 'gates' | 'open'>,
  offer: { readonly agent: string; readonly slots: number; readonly lanes?: readonly string[] },
  hostLeft: number,
): Refusal | null {
  const lanes = lanesOf(offer.agent, world.host, offer.lanes)
  const gate = world.gates.find((one) => lanes.includes(one.lane) && letsNobodyIn(one))
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
