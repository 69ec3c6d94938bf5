// The periods within which a fleet may use so much and no more: days and months of its budgets, and the periods that providers
// renew by themselves. One view for the command line, the API and the page.

import { isoTime } from '../../base/when.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { type BudgetConfig, budgetLane, reserveOf, spansAround } from '../../model/budget.ts'
import type { FleetConfig } from '../../model/config.ts'
import { quotaLengthMs, quotaName, quotaNow } from '../../model/quota.ts'

export interface PeriodView {
  readonly kind: 'budget' | 'quota'
  /** Null for the whole fleet. */
  readonly account: string | null
  /** `day`, `month`, `five_hour`, `seven_day` … */
  readonly period: string
  /** The same as people say it. */
  readonly name: string
  /** 0 to 1, beyond 1 where more was spent than the cap; null where nobody told. */
  readonly used: number | null
  readonly spentUsd: number | null
  readonly capUsd: number | null
  /** The part that is kept for people. */
  readonly reserve: number
  readonly beginsAt: string | null
  /** When it is whole again; null where that is not known. */
  readonly renewsAt: string | null
  readonly status: 'allowed' | 'warning' | 'rejected'
  /** When this was last told; null for what is counted here. */
  readonly seenAt: string | null
  /** Nothing starts here until it is renewed, but for exempt tasks. */
  readonly shut: boolean
}

export interface Calendar {
  /** The zone of days and months; null for the machine's own. */
  readonly timeZone: string | null
  /** Tasks of this priority or a higher one start all the same; null for none. */
  readonly exemptFrom: number | null
  readonly periods: readonly PeriodView[]
}

const none: BudgetConfig = {
  prices: {},
  fleet: { dayUsd: null, monthUsd: null },
  accounts: {},
  attemptUsd: null,
  taskUsd: null,
  reserve: 0,
}

/** Every period, budgets first, then quotas by account. */
export async function calendarOf(
  store: Store,
  config: FleetConfig,
  now: number,
): Promise<Calendar> {
  const budget = config.budget ?? none
  const shut = new Set(
    (await store.gates()).filter(({ state }) => state !== 'passing').map(({ lane }) => lane),
  )
  const periods = [
    ...(await budgetPeriods(store, budget, shut, now)),
    ...(await quotaPeriods(store, budget, shut, now)),
  ]
  const { zone = 'UTC', exemptFrom = null } = budget
  return { timeZone: zone, exemptFrom, periods }
}

async function budgetPeriods(
  store: Store,
  budget: BudgetConfig,
  shut: ReadonlySet<string>,
  now: number,
): Promise<PeriodView[]> {
  const views: PeriodView[] = []
  for (const { account, name, capUsd, since, endsAt } of spansAround(budget, now)) {
    const { usd } = await store.spent({ since, account })
    const reserve = reserveOf(budget, account)
    const used = usd / capUsd
    const spent = used >= 1 - reserve
    views.push({
      kind: 'budget',
      account,
      period: name,
      name,
      used,
      spentUsd: usd,
      capUsd,
      reserve,
      beginsAt: isoTime(since),
      renewsAt: isoTime(endsAt),
      status: spent ? 'rejected' : 'allowed',
      seenAt: null,
      shut: spent && shut.has(budgetLane(account ?? 'fleet')),
    })
  }
  return views
}

async function quotaPeriods(
  store: Store,
  budget: BudgetConfig,
  shut: ReadonlySet<string>,
  now: number,
): Promise<PeriodView[]> {
  const time = (ms: number | null) => (ms === null ? null : isoTime(ms))
  return (await store.quotas()).map((told) => {
    const { account, period, used, renewsAt, status, seenAt } = quotaNow(told, now)
    const length = quotaLengthMs(period)
    const reserve = reserveOf(budget, account)
    const isOut = status === 'rejected' || (used !== null && used >= 1 - reserve)
    const isShut = shut.has(budgetLane(account)) || shut.has(`account:${account}`)
    return {
      kind: 'quota',
      account,
      period,
      name: quotaName(period),
      used,
      spentUsd: null,
      capUsd: null,
      reserve,
      beginsAt: length === null || renewsAt === null ? null : isoTime(renewsAt - length),
      renewsAt: time(renewsAt),
      status,
      seenAt: isoTime(seenAt),
      shut: isOut && isShut,
    }
  })
}
