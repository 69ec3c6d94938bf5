// What claude tells of its account's quota, in the words of real builds.

import { expect, test } from 'vitest'

import { claudeReader } from '../../../src/drivers/agents/claude-stream.ts'

const noticed = (info: object) =>
  claudeReader()
    .feed(
      `${JSON.stringify({ type: 'rate_limit_event', rate_limit_info: info, session_id: 's' })}\n`,
    )
    .flatMap((one) => (one.kind === 'quota' ? one.words : []))

test('a build that knows one period tells of that one', () => {
  const older = {
    status: 'allowed_warning',
    resetsAt: 1_795_170_758,
    rateLimitType: 'five_hour',
    utilization: 0.93,
    isUsingOverage: false,
    surpassedThreshold: 0.9,
  }
  expect(noticed(older)).toEqual([
    { period: 'five_hour', used: 0.93, renewsAt: 1_795_170_758_000, status: 'warning' },
  ])
})

test('a build that knows several tells of each once', () => {
  const five = { utilization: 1, resetsAt: 1_795_170_758, status: 'rejected' }
  const week = { utilization: 0.4, resetsAt: 1_795_570_758, status: 'allowed' }
  const newer = {
    status: 'rejected',
    resetsAt: 1_795_170_758,
    rateLimitType: 'five_hour',
    unifiedWindows: { five_hour: five, seven_day: week },
  }
  expect(noticed(newer)).toEqual([
    { period: 'five_hour', used: 1, renewsAt: 1_795_170_758_000, status: 'rejected' },
    { period: 'seven_day', used: 0.4, renewsAt: 1_795_570_758_000, status: 'allowed' },
  ])
})

test('what names no period, or no time that can be, tells nothing', () => {
  expect(noticed({ status: 'allowed', isUsingOverage: false })).toEqual([])
  expect(noticed({ status: 'rejected', isUsingOverage: false })).toEqual([])
  expect(noticed({ status: 'dancing', rateLimitType: 'five_hour' })).toEqual([])
  expect(noticed({ status: 'allowed', rateLimitType: 'five hours; drop', resetsAt: 1 })).toEqual([])
  expect(noticed({ status: 'allowed', rateLimitType: 'five_hour', resetsAt: 1e18 })).toEqual([])
  expect(noticed({ status: 'allowed', rateLimitType: 'x', unifiedWindows: [1, null] })).toEqual([
    { period: 'x', used: null, renewsAt: null, status: 'allowed' },
  ])
})

test('a part beyond all is all', () => {
  expect(
    noticed({ status: 'rejected', rateLimitType: 'five_hour', utilization: 1.4 })[0]?.used,
  ).toBe(1)
})
