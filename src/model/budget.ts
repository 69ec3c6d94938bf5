// What may be spent, and what a session's tokens are worth. Caps are enforced before the start: a period whose cap is reached
// shuts the gate of its lane until the period is over. A provider's own period is such a cap as well. Pure.

import { dayAround, monthAround } from '../base/local-day.ts'
import type { Usage } from './attempt.ts'
import { isSpent, type Quota, quotaName, quotaNow } from './quota.ts'

/** USD per million tokens. */
export interface Price {
  readonly input: number
  readonly output: number
}

export interface Caps {
  readonly dayUsd: number | null
  readonly monthUsd: number | null
  /** This account's own part for people, instead of the one for all. */
  readonly reserve?: number
}

export interface BudgetConfig {
  /** By model; a `*` at the end stands for any ending, and the longest name that fits counts. */
  readonly prices: Readonly<Record<string, Price>>
  readonly fleet: Caps
  readonly accounts: Readonly<Record<string, Caps>>
  readonly attemptUsd: number | null
  readonly taskUsd: number | null
  /** This part of every cap and quota is kept for people: the fleet stops before it. */
  readonly reserve: number
  /** The zone whose days and months count; null for the machine's own, UTC when absent. */
  readonly zone?: string | null
  /** Tasks of this priority or a higher one start although a cap is reached; null or absent for none. */
  readonly exemptFrom?: number | null
}

export const budgetLane = (of: string): string => `budget:${of}`
export const isBudgetLane = (lane: string): boolean => lane.startsWith('budget:')

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

/** The part of the caps of an account, or (null) of the fleet, that is kept for people. */
export const reserveOf = ({ accounts, fleet, reserve }: BudgetConfig, account: string | null) =>
  (account === null ? fleet.reserve : accounts[account]?.reserve) ?? reserve

/** A cap in dollars and the span it counts for now. */
export interface Span {
  /** Null for the whole fleet. */
  readonly account: string | null
  readonly name: 'day' | 'month'
  readonly capUsd: number
  readonly since: number
  readonly endsAt: number
}

/** Every cap a configuration has, with its day or month around `now`. */
export function spansAround({ fleet, accounts, zone = 'UTC' }: BudgetConfig, now: number): Span[] {
  const around = { day: dayAround(now, zone), month: monthAround(now, zone) }
  const all: readonly (readonly [string | null, Caps])[] = [
    [null, fleet],
    ...Object.entries(accounts),
  ]
  return all.flatMap(([account, { dayUsd, monthUsd }]) =>
    (
      [
        ['day', dayUsd],
        ['month', monthUsd],
      ] as const
    ).flatMap(([name, capUsd]) => {
      const [since, endsAt] = around[name]
      return capUsd === null ? [] : [{ account, name, capUsd, since, endsAt }]
    }),
  )
}

/** A period of which so much is used that its lane is shut. */
export interface Exhausted {
  readonly lane: string
  /** When it is over, and the gate reopens. */
  readonly endsAt: number
  readonly reason: string
}

/** A day or month of which no more may be spent; null while there is some left. */
export function exhaustedSpan(
  { account, name, capUsd, endsAt }: Span,
  spentUsd: number,
  reserve: number,
): Exhausted | null {
  if (spentUsd < capUsd * (1 - reserve)) return null
  const reason = `$${spentUsd.toFixed(2)} of $${capUsd.toFixed(2)} a ${name} are spent${keptFor(reserve)}`
  return { lane: budgetLane(account ?? 'fleet'), endsAt, reason }
}

/** A provider's period of which no more may be used; null while there is some left, or nothing is known. */
export function exhaustedQuota(quota: Quota, reserve: number, now: number): Exhausted | null {
  const { renewsAt, used, status, account } = quotaNow(quota, now)
  if (renewsAt === null || !isSpent(quota, reserve, now)) return null
  const part = status === 'rejected' || used === null ? 'all' : `${Math.round(used * 100)} %`
  const reason = `${part} of its quota (${quotaName(quota.period)}) is used${keptFor(reserve)}`
  return { lane: budgetLane(account), endsAt: renewsAt, reason }
}

const keptFor = (reserve: number): string =>
  reserve === 0 ? '' : `; ${Math.round(reserve * 100)} % are kept for people`

/** The period that shuts each lane: the one that lasts longest where several do. */
export function longestOf(all: readonly Exhausted[]): ReadonlyMap<string, Exhausted> {
  const found = new Map<string, Exhausted>()
  for (const one of all) {
    const known = found.get(one.lane)
    if (known === undefined || known.endsAt < one.endsAt) found.set(one.lane, one)
  }
  return found
}
