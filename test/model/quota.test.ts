// Quotas: what is still true of them, and what of them is news.

import { expect, test } from 'vitest'

import {
  headrooms,
  isNews,
  isSpent,
  type Quota,
  quotaLengthMs,
  quotaName,
  quotaNow,
} from '../../src/model/quota.ts'

const quota: Quota = {
  account: 'team',
  period: 'five_hour',
  used: 0.8,
  renewsAt: 1_000,
  status: 'warning',
  seenAt: 0,
}

test('a quota that was renewed is unused until somebody tells otherwise', () => {
  expect(quotaNow(quota, 999)).toBe(quota)
  expect(quotaNow(quota, 1_000)).toMatchObject({ used: 0, renewsAt: null, status: 'allowed' })
})

test('it is spent at the part that is kept for people, and never by rounding alone', () => {
  expect([0, 0.1, 0.2, 0.3].map((reserve) => isSpent(quota, reserve, 0))).toEqual([
    false,
    false,
    true,
    true,
  ])
  expect(isSpent({ ...quota, used: 0.7 }, 0.3, 0)).toBe(true)
  expect(isSpent(quota, 0.9, 1_000)).toBe(false)
})

test('what is left is told only where a part is known, or nothing is left', () => {
  const rejected = { ...quota, used: null, status: 'rejected' as const }
  expect(headrooms([quota, rejected, { ...quota, used: null }], 0)).toEqual([
    expect.closeTo(0.2),
    0,
  ])
  expect(headrooms([quota], 2_000)).toEqual([1])
})

test('periods are named and measured by the words that providers have for them', () => {
  expect(['five_hour', 'seven_day', 'seven_day_opus', 'stated'].map(quotaName)).toEqual([
    '5 hours',
    'week',
    'week opus',
    'stated',
  ])
  expect(['five_hour', 'seven_day_opus', 'stated'].map(quotaLengthMs)).toEqual([
    18_000_000,
    604_800_000,
    null,
  ])
})

test('the same tenth and state at nearly the same time is no news', () => {
  expect(isNews(undefined, quota)).toBe(true)
  expect(isNews(quota, { ...quota, used: 0.85, renewsAt: 30_000 })).toBe(false)
  expect(isNews(quota, { ...quota, used: 0.9 })).toBe(true)
  expect(isNews(quota, { ...quota, status: 'allowed' })).toBe(true)
  expect(isNews(quota, { ...quota, renewsAt: 90_000 })).toBe(true)
})
