// Whether work that this demand asks for could be reviewed: whoever makes it, somebody else must be there to judge it.
// Pure.

import { type Demand, type Offer, whoServes } from '../../model/demand.ts'
import { reviewerRole } from '../../model/review.ts'

/** Why nobody could review it, as a sentence; null when for each possible maker there is another agent that can. */
export function whyUnreviewable(
  offers: readonly Offer[],
  demand: Demand,
  tiers: readonly string[],
): string | null {
  const reviewers = offers.filter(
    ({ roles, takes }) => roles.includes(reviewerRole) && takes.includes('prompt'),
  )
  if (reviewers.length === 0) return `no agent that takes prompts has the role ${reviewerRole}`
  const makers = whoServes(offers, demand, tiers).agents
  const alone = makers.find((maker) => reviewers.every(({ agent }) => agent === maker))
  return alone === undefined
    ? null
    : `${alone} is the only agent of role ${reviewerRole}, and could be its maker`
}
