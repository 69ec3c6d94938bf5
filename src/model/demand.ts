// What a task asks of whoever takes it. Tasks that ask for the same share one demand row, so that a claim looks only
// at demands it can serve and never walks past tasks it may not take.

import type { Route } from './account.ts'

/** How the work is worded: a shell command, or a prompt for an agent client. */
export type WorkKind = 'command' | 'prompt'

export interface Demand {
  readonly kind: WorkKind
  /** A certain agent, by name; null when any fitting one may take it. */
  readonly agent: string | null
  /** The lowest tier that may take it; null when any may. */
  readonly tier: string | null
  readonly role: string | null
  /** Sorted, without repeats. */
  readonly labels: readonly string[]
  /** An agent that must not take it: the maker of the work it judges. */
  readonly notAgent?: string
  /** The calm window it waits for. */
  readonly calm?: string
  /** Locks that the claim takes and the attempt holds; sorted, without repeats. */
  readonly locks?: readonly string[]
  /** It runs only on a host of one of these names or labels; sorted, without repeats. */
  readonly hosts?: readonly string[]
  /** It starts although a budget is used up. */
  readonly exempt?: true
}

/** What an agent offers, as far as demands are concerned. */
export interface Offer {
  readonly agent: string
  readonly takes: readonly WorkKind[]
  readonly tier: string
  readonly roles: readonly string[]
  /** When not empty, the agent takes only tasks that carry one of these labels. */
  readonly onlyLabels: readonly string[]
  /** Lanes of its client that its attempts pass besides fleet, host and agent: provider, account, cli. */
  readonly lanes?: readonly string[]
  /** Where it has several accounts or models: each way it can take, the preferred one first. */
  readonly routes?: readonly Route[]
  /** Name and labels of the host that makes it; absent where that does not matter. */
  readonly host?: readonly string[]
}

/** The routes of an offer; one, where it has no choice. */
export const routesOf = ({
  routes,
  lanes = [],
}: Pick<Offer, 'lanes' | 'routes'>): readonly Route[] =>
  routes === undefined || routes.length === 0 ? [{ account: null, model: null, lanes }] : routes

/** Every lane of its client that an offer may pass. */
export const clientLanesOf = (offer: Pick<Offer, 'lanes' | 'routes'>): string[] => [
  ...new Set(routesOf(offer).flatMap(({ lanes }) => lanes)),
]

/** The one spelling of a demand; equal demands have equal keys. */
export function demandKey(demand: Demand): string {
  const { kind, agent, tier, role, labels } = demand
  const key = [kind, agent, tier, role, [...new Set(labels)].sort()]
  const more = boundOf(demand)
  if (Object.keys(more).length > 0) return JSON.stringify([...key, demand.notAgent ?? null, more])
  return JSON.stringify(demand.notAgent === undefined ? key : [...key, demand.notAgent])
}

/** What binds a demand beyond its agent; empty for most. */
const boundOf = ({ calm, locks = [], hosts = [], exempt }: Demand) => ({
  ...(exempt === true && { exempt }),
  ...(calm !== undefined && { calm }),
  ...(locks.length > 0 && { locks: [...new Set(locks)].sort() }),
  ...(hosts.length > 0 && { hosts: [...new Set(hosts)].sort() }),
})

/** The demand of a task of this priority, where those of `exemptFrom` or higher are exempt from budgets (null: none are). */
export function withExemption(
  { exempt: _, ...demand }: Demand,
  priority: number,
  exemptFrom: number | null,
): Demand {
  return exemptFrom !== null && priority >= exemptFrom ? { ...demand, exempt: true } : demand
}

/** Whether the claim has more to look at than agent, slots and gates. */
export const isBound = ({ calm, locks = [], labels }: Demand): boolean =>
  calm !== undefined || locks.length > 0 || labels.length > 0

/**
 * Why an offer does not serve a demand: one sentence per missing thing, empty when it does.
 * `tiers` lists the tiers from highest to lowest.
 */
export function lacks(offer: Offer, demand: Demand, tiers: readonly string[]): string[] {
  const missing: string[] = []
  if (demand.agent !== null && demand.agent !== offer.agent)
    missing.push(`agent ${demand.agent} is asked for`)
  if (demand.notAgent === offer.agent) missing.push('made the work that is to be judged')
  if (!offer.takes.includes(demand.kind))
    missing.push(`takes ${offer.takes.join(' and ')}, not a ${demand.kind}`)
  if (demand.tier !== null && !servesTier(offer.tier, demand.tier, tiers))
    missing.push(`tier ${demand.tier} is asked for, this is ${offer.tier}`)
  const { hosts = [] } = demand
  if (
    hosts.length > 0 &&
    offer.host !== undefined &&
    !hosts.some((one) => offer.host?.includes(one))
  )
    missing.push(`a host called or labelled ${hosts.join(' or ')} is asked for`)
  if (demand.role !== null && !offer.roles.includes(demand.role))
    missing.push(`role ${demand.role} is asked for`)
  if (offer.onlyLabels.length > 0 && !offer.onlyLabels.some((l) => demand.labels.includes(l)))
    missing.push(`takes only tasks labelled ${offer.onlyLabels.join(' or ')}`)
  return missing
}

/** Which offers serve a demand, and, when none does, what the nearest ones lack. */
export function whoServes(
  offers: readonly Offer[],
  demand: Demand,
  tiers: readonly string[],
): { agents: string[]; missing: string[] } {
  const judged = offers.map((offer) => ({
    agent: offer.agent,
    missing: lacks(offer, demand, tiers),
  }))
  const agents = judged.filter((one) => one.missing.length === 0).map((one) => one.agent)
  if (agents.length > 0) return { agents, missing: [] }
  if (demand.agent !== null && !offers.some((offer) => offer.agent === demand.agent))
    return { agents, missing: [`no agent is called ${demand.agent}`] }
  const { tier } = demand
  if (tier !== null && ![...tiers, ...offers.map((offer) => offer.tier)].includes(tier))
    return {
      agents,
      missing: [`tier ${tier} is asked for, and none has that name: ${tiers.join(', ')}`],
    }
  const named = judged.filter((one) => demand.agent === null || one.agent === demand.agent)
  return { agents, missing: named.map((one) => `${one.agent}: ${one.missing.join('; ')}`) }
}

/** What all offers lack to serve a demand, in one line; null when one of them serves it. */
export function lackingOf(
  offers: readonly Offer[],
  demand: Demand,
  tiers: readonly string[],
): string | null {
  const { agents, missing } = whoServes(offers, demand, tiers)
  return agents.length > 0 ? null : missing.join(' · ') || 'no agent is configured'
}

/** A tier serves its own and every lower one; an unknown tier serves only itself. */
function servesTier(offered: string, asked: string, tiers: readonly string[]): boolean {
  if (offered === asked) return true
  const offeredAt = tiers.indexOf(offered)
  const askedAt = tiers.indexOf(asked)
  return offeredAt >= 0 && askedAt >= 0 && offeredAt < askedAt
}
