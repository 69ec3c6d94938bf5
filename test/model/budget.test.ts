// Prices, caps, periods and quotas (incident 57).

import { expect, test } from 'vitest'

import {
  type BudgetConfig,
  exhaustedQuota,
  exhaustedSpan,
  longestOf,
  priced,
  reserveOf,
  spansAround,
} from '../../src/model/budget.ts'
import type { Quota } from '../../src/model/quota.ts'

const budget: BudgetConfig = {
  prices: { 'big-*': { input: 3, output: 15 }, 'big-mini': { input: 1, output: 2 } },
  fleet: { dayUsd: 10, monthUsd: null },
  accounts: { team: { dayUsd: null, monthUsd: 100, reserve: 0.5 } },
  attemptUsd: null,
  taskUsd: null,
  reserve: 0.2,
}
const usage = {
  inputTokens: 1_000_000,
  outputTokens: 100_000,
  costUsd: null,
  turns: 1,
  sessionId: null,
}

test('what the client tells counts, else the longest price that fits, else it is unknown', () => {
  expect(priced({ ...usage, costUsd: 7 }, 'big-4', budget).costUsd).toBe(7)
  expect(priced(usage, 'big-4', budget).costUsd).toBe(4.5)
  expect(priced(usage, 'big-mini', budget).costUsd).toBe(1.2)
  expect(priced(usage, 'other', budget).costUsd).toBeNull()
  expect(priced(usage, null, budget).costUsd).toBeNull()
})

test('a lane is shut by the period that lasts longest, and the reserve is not the fleet’s', () => {
  const day = { account: null, name: 'day' as const, capUsd: 10, since: 0, endsAt: 1 }
  const month = { ...day, name: 'month' as const, capUsd: 8, endsAt: 2 }
  expect(exhaustedSpan(day, 8, 0)).toBeNull()
  const [today, thisMonth] = [exhaustedSpan(day, 8, 0.2), exhaustedSpan(month, 8, 0.2)]
  if (today === null || thisMonth === null) throw new Error('both are spent')
  expect(today).toMatchObject({ lane: 'budget:fleet', endsAt: 1 })
  expect(today.reason).toBe('$8.00 of $10.00 a day are spent; 20 % are kept for people')
  expect([...longestOf([today, thisMonth]).values()]).toEqual([thisMonth])
})

test('an account keeps its own part for people, every other one that of the fleet', () => {
  expect([null, 'team', 'own'].map((name) => reserveOf(budget, name))).toEqual([0.2, 0.5, 0.2])
})

test('days and months end where the next ones begin, also at the end of a year', () => {
  expect(spansAround(budget, Date.UTC(2026, 11, 31, 23, 59))).toEqual([
    {
      account: null,
      name: 'day',
      capUsd: 10,
      since: Date.UTC(2026, 11, 31),
      endsAt: Date.UTC(2027, 0, 1),
    },
    {
      account: 'team',
      name: 'month',
      capUsd: 100,
      since: Date.UTC(2026, 11, 1),
      endsAt: Date.UTC(2027, 0, 1),
    },
  ])
})

test('a day is the one of the zone that is named', () => {
  const [day] = spansAround({ ...budget, zone: 'America/New_York' }, Date.UTC(2026, 10, 20, 3))
  expect(day).toMatchObject({ since: Date.UTC(2026, 10, 19, 5), endsAt: Date.UTC(2026, 10, 20, 5) })
})

const quota: Quota = {
  account: 'team',
  period: 'five_hour',
  used: 0.8,
  renewsAt: 1_000,
  status: 'allowed',
  seenAt: 0,
}

test('a quota shuts its account before the part that is kept for people, until it is renewed', () => {
  expect(exhaustedQuota(quota, 0.2, 500)).toEqual({
    lane: 'budget:team',
    endsAt: 1_000,
    reason: '80 % of its quota (5 hours) is used; 20 % are kept for people',
  })
  expect(exhaustedQuota({ ...quota, used: 0.79 }, 0.2, 500)).toBeNull()
  expect(exhaustedQuota(quota, 0, 500)).toBeNull()
  expect(exhaustedQuota(quota, 0.2, 1_000)).toBeNull()
})

test('a quota that refuses is used up whatever part it names; one of which nothing is known shuts nothing', () => {
  expect(exhaustedQuota({ ...quota, used: null, status: 'rejected' }, 0, 500)?.reason).toBe(
    'all of its quota (5 hours) is used',
  )
  expect(exhaustedQuota({ ...quota, used: null }, 0.5, 500)).toBeNull()
  expect(exhaustedQuota({ ...quota, renewsAt: null, status: 'rejected' }, 0.5, 500)).toBeNull()
})
