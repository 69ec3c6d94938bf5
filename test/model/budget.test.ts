// Prices, caps and periods (incident 57).

import { expect, test } from 'vitest'

import { type BudgetConfig, exhausted, periodsAround, priced } from '../../src/model/budget.ts'

const budget: BudgetConfig = {
  prices: { 'big-*': { input: 3, output: 15 }, 'big-mini': { input: 1, output: 2 } },
  fleet: { dayUsd: 10, monthUsd: null },
  accounts: {},
  attemptUsd: null,
  taskUsd: null,
  reserve: 0,
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
  const day = { lane: 'budget:fleet', name: 'day' as const, capUsd: 10, spentUsd: 8, endsAt: 1 }
  const month = { ...day, name: 'month' as const, capUsd: 8, endsAt: 2 }
  expect([...exhausted([day], 0)]).toEqual([])
  expect([...exhausted([day], 0.2)]).toEqual([['budget:fleet', day]])
  expect([...exhausted([day, month], 0.2)]).toEqual([['budget:fleet', month]])
})

test('days and months end where the next ones begin, also at the end of a year', () => {
  const { day, month } = periodsAround(Date.UTC(2026, 11, 31, 23, 59))
  expect(day).toEqual([Date.UTC(2026, 11, 31), Date.UTC(2027, 0, 1)])
  expect(month).toEqual([Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)])
})
