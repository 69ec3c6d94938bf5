// What may be spent, and what a session's tokens are worth. Caps are enforced before the start: a period whose cap is reached
// shuts the gate of its lane until the period is over. Pure.

import type { Usage } from './attempt.ts'

/** USD per million tokens. */
export interface Price {
  readonly input: number
  readonly output: number
}

export interface Caps {
  readonly dayUsd: number | null
  readonly monthUsd: number | null
}

export interface BudgetConfig {
  /** By model; a `*` at the end stands for any ending, and the longest name that fits counts. */
  readonly prices: Readonly<Record<string, Price>>
  readonly fleet: Caps
  readonly accounts: Readonly<Record<string, Caps>>
  readonly attemptUsd: number | null
  readonly taskUsd: number | null
  /** This part of every cap is kept for people: the fleet stops before it. */
  readonly reserve: number
}

export const budgetLane = (of: string): string => `budget:${of}`

/** Who shuts the gates of budgets: no self-test and no evidence reopens what this name pinned, only its time or a person. */
export const budgetName = 'budget'

/** Usage with its cost: what the client told, else what its tokens are worth; unknown stays unknown. */
export function priced(usage: Usage, model: string | null, { prices }: BudgetConfig): Usage {
  if (usage.costUsd !== null || model === null) return usage
  const price = priceOf(model, prices)
  if (price === null) return usage
  const { inputTokens, outputTokens } = usage
  const costUsd = (inputTokens * price.input + outputTokens * price.output) / 1_000_000
  return { ...usage, costUsd }
}

function priceOf(model: string, prices: BudgetConfig['prices']): Price | null {
  const fits = (name: string) =>
    name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name
  const [best] = Object.keys(prices)
    .filter(fits)
    .sort((a, b) => b.length - a.length)
  return best === undefined ? null : (prices[best] ?? null)
}

/** A period with its cap, and what was spent in it so far. */
export interface Period {
  readonly lane: string
  readonly name: 'day' | 'month'
  readonly capUsd: number
  readonly spentUsd: number
  /** When it is over, and the gate reopens. */
  readonly endsAt: number
}

/** The period that shuts each lane, the one that lasts longest where several do. */
export function exhausted(
  periods: readonly Period[],
  reserve: number,
): ReadonlyMap<string, Period> {
  const found = new Map<string, Period>()
  for (const period of periods) {
    if (period.spentUsd < period.capUsd * (1 - reserve)) continue
    const known = found.get(period.lane)
    if (known === undefined || known.endsAt < period.endsAt) found.set(period.lane, period)
  }
  return found
}

/** Beginning and end of the day and of the month around `now`, in UTC. */
export function periodsAround(now: number): Readonly<Record<'day' | 'month', [number, number]>> {
  const at = new Date(now)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  return {
    day: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
    month: [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)],
  }
}
