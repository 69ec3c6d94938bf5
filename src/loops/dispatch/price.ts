// What a session's tokens are worth: by the model of its route, or that of its agent.

import { modelIn } from '../../model/account.ts'
import type { Attempt, Usage } from '../../model/attempt.ts'
import { priced } from '../../model/budget.ts'
import type { FleetConfig } from '../../model/config.ts'

export const priceOf =
  ({ budget, agents }: FleetConfig) =>
  ({ agent, lanes }: Attempt, usage: Usage): Usage => {
    if (!budget) return usage
    const model = agents.find(({ name }) => name === agent)?.model ?? null
    return priced(usage, modelIn(agent, lanes) ?? model, budget)
  }
