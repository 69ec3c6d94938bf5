// Raises what may be spent a day where work would wait for long: a budget that was too small twice is one no more. Else the day's
// end is waited for, as it was meant.

import { type BudgetConfig, budgetName, type Caps } from '../../src/model/budget.ts'
import type { PeopleDeps } from '../deeds/contract.ts'
import { partOf } from '../part.ts'
import type { World } from '../world.ts'

/** Who waits no longer than this asks nobody. */
const longMs = 8 * 3_600_000
const raisedMost = 2

const raisedIn = partOf<World, { times: number }>(() => ({ times: 0 }))

/** See Answer. */
export async function answerBudgets({ world, config }: PeopleDeps, now: number): Promise<number> {
  const { budget, ...rest } = config.lastGood
  const raised = raisedIn(world)
  if (budget == null || raised.times >= raisedMost) return 0
  const waits = (await world.store.gates()).some(
    (gate) => gate.state === 'pinned' && gate.by === budgetName && (gate.until ?? 0) > now + longMs,
  )
  if (!waits) return 0
  raised.times += 1
  world.truth.count('budget raised')
  config.write({ ...rest, budget: moreOf(budget) })
  return 1
}

const moreOf = (budget: BudgetConfig): BudgetConfig => ({
  ...budget,
  fleet: more(budget.fleet),
  accounts: Object.fromEntries(
    Object.entries(budget.accounts).map(([name, caps]) => [name, more(caps)]),
  ),
})

const more = (caps: Caps): Caps => ({
  ...caps,
  dayUsd: caps.dayUsd === null ? null : 2 * caps.dayUsd,
})
