// Facts about stated resets: every form in which clients write them, in which zone they are meant, and what is none.

import { describe, expect, it } from 'vitest'
import { durationMs } from '../../../src/drivers/agents/classify/duration.ts'
import { ownRetryTime, resetTime } from '../../../src/drivers/agents/classify/reset-time.ts'
import { momentOf, wallTimeAt } from '../../../src/drivers/agents/classify/zoned.ts'

/** A Friday, 10:00 in Berlin. */
const now = Date.UTC(2026, 10, 20, 9, 0)
const zone = 'Europe/Berlin'
const read = (text: string) => {
  const found = resetTime(text, now, zone)
  return found === null ? null : new Date(found).toISOString().replace('.000Z', 'Z')
}

describe('clock times', () => {
  it.each([
    ['resets 3pm', '2026-11-20T14:00:00Z'],
    ['resets 9am', '2026-11-21T08:00:00Z'],
    ['limit resets at 5:00pm', '2026-11-20T16:00:00Z'],
    ['or try again at 12:16 PM.', '2026-11-20T11:16:00Z'],
    ['resets 12am', '2026-11-20T23:00:00Z'],
    ['available again at 14:30', '2026-11-20T13:30:00Z'],
    ['try again tomorrow at 8am', '2026-11-21T07:00:00Z'],
  ])('%s means the next such time in the zone handed in', (text, at) => {
    expect(read(text)).toBe(at)
  })

  it.each([
    ['resets 1:30am (Asia/Dhaka)', '2026-11-20T19:30:00Z'],
    ['will reset at 5pm (America/New_York).', '2026-11-20T22:00:00Z'],
    ['resets 10:54am (UTC)', '2026-11-20T10:54:00Z'],
    ['resets 15:30 UTC', '2026-11-20T15:30:00Z'],
    ['resets 3 pm (PST)', '2026-11-20T23:00:00Z'],
    ['resets at midnight Pacific Time', '2026-11-21T08:00:00Z'],
    ['resets 6pm (UTC+2)', '2026-11-20T16:00:00Z'],
  ])('%s is meant in its own zone', (text, at) => {
    expect(read(text)).toBe(at)
  })

  it('a weekday means the next one', () => {
    expect(read('resets Mon 12:00am')).toBe('2026-11-22T23:00:00Z')
    expect(read('resets Fri 9am')).toBe('2026-11-27T08:00:00Z')
    expect(read('resets on Friday at 11am')).toBe('2026-11-20T10:00:00Z')
  })

  it('a minute past the time means tomorrow', () => {
    const noon = 'resets 12pm'
    expect(resetTime(noon, Date.UTC(2026, 5, 1, 11, 59), 'UTC')).toBe(Date.UTC(2026, 5, 1, 12))
    expect(resetTime(noon, Date.UTC(2026, 5, 1, 12, 1), 'UTC')).toBe(Date.UTC(2026, 5, 2, 12))
  })
})

describe('dates', () => {
  it.each([
    ['try again at Aug 20th, 2026 12:43 AM.', '2026-08-19T22:43:00Z'],
    ['try again at Nov 21st, 2026 1:05 AM.', '2026-11-21T00:05:00Z'],
    ['resets Dec 1 at 3pm (America/New_York)', '2026-12-01T20:00:00Z'],
    ['resets Jan 2, 9am', '2027-01-02T08:00:00Z'],
    ['resets Nov 24', '2026-11-23T23:00:00Z'],
    ['your cycle ends on 12/2/2026', '2026-12-01T23:00:00Z'],
    ['resets 25/12/2026', '2026-12-24T23:00:00Z'],
    ['regain access on 2026-12-01 at 00:00 UTC.', '2026-12-01T00:00:00Z'],
    ['blocked until 2026-11-21 00:00:00', '2026-11-20T23:00:00Z'],
    ['reset at 2026-11-21T05:00:00+05:30', '2026-11-20T23:30:00Z'],
    ['quotaResetTimeStamp: "2026-11-21T00:00:00Z"', '2026-11-21T00:00:00Z'],
    ['Retry-After: Sat, 21 Nov 2026 07:28:00 GMT', '2026-11-21T07:28:00Z'],
  ])('%s', (text, at) => {
    expect(read(text)).toBe(at)
  })
})

describe('epochs and spans', () => {
  it.each([
    ['limit reached|1795170758', '2026-11-20T10:32:38Z'],
    ['"resetsAt":1795170758', '2026-11-20T10:32:38Z'],
    ['"resets_at": 1795170758000', '2026-11-20T10:32:38Z'],
    ['x-ratelimit-reset: 1795170758', '2026-11-20T10:32:38Z'],
    ['try again in 2 days 17 hours 14 minutes', '2026-11-23T02:14:00Z'],
    ['will reset after 5h20m24s.', '2026-11-20T14:20:24Z'],
    ['Resets in 143h57m55s.', '2026-11-26T08:57:55Z'],
    ['Please try again in 6s.', '2026-11-20T09:00:06Z'],
    ['wait 20 seconds', '2026-11-20T09:00:20Z'],
    ['try again in an hour', '2026-11-20T10:00:00Z'],
    ['"resets_in_seconds":3600', '2026-11-20T10:00:00Z'],
    ['retry-after: 120', '2026-11-20T09:02:00Z'],
    ['"retry-after":"3600"', '2026-11-20T10:00:00Z'],
    ['"retry_after_ms": 2000', '2026-11-20T09:00:02Z'],
    ['{\\"retryDelay\\": \\"7384s\\"}', '2026-11-20T11:03:04Z'],
  ])('%s', (text, at) => {
    expect(read(text)).toBe(at)
  })

  it('fractions of a second are kept to the millisecond', () => {
    expect(resetTime('Please retry in 6.034s', now, zone)).toBe(now + 6_034)
  })

  it('of several machine-written spans the longest must pass', () => {
    expect(resetTime('"quotaResetDelay":"2h" "retryDelay":"30s"', now, zone)).toBe(now + 7_200_000)
  })
})

describe('what is no reset', () => {
  it.each([
    'limit reached|0',
    'limit: 0. Please retry in 59s.',
    'please wait and try again later',
    'try again in a few minutes',
    'Retrying in 5s',
    'wait 30 requests',
    'in 5 minutes I fixed it',
    'resets 25:99',
    'resets 13pm',
    'resets on 2099-01-01',
    'resetsAt: 1000000000',
    '',
  ])('%s', (text) => {
    expect(read(text)).toBeNull()
  })

  it('a tool’s own wait is told apart', () => {
    expect(ownRetryTime('Retrying in 40 seconds (attempt 2)', now)).toBe(now + 40_000)
    expect(ownRetryTime('try again in 40 seconds', now)).toBeNull()
  })

  it('reading stays cheap on hostile text', () => {
    const hostile =
      'resets until available in at on the '.repeat(4_000) + '1 day 2 h '.repeat(4_000)
    const before = performance.now()
    resetTime(hostile, now, zone)
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

describe('zones and spans', () => {
  it('a moment is where the clock of the zone shows it, across changes of the clock', () => {
    for (const hour of [0, 1, 3, 12, 23]) {
      const wall = { year: 2026, month: 3, day: 29, hour, minute: 30, second: 0 }
      expect(wallTimeAt(momentOf(wall, zone), zone)).toEqual(wall)
    }
    // 02:30 does not exist on that day; the clock then shows 03:30.
    const skipped = momentOf(
      { year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 },
      zone,
    )
    expect(new Date(skipped).toISOString()).toMatch(/T0[01]:30:00/)
  })

  it('reads spans in words, in letters and as ISO', () => {
    expect(durationMs('1 day, 2 hours and 3 minutes')).toBe(93_780_000)
    expect(durationMs('750ms')).toBe(750)
    expect(durationMs('PT1H2M')).toBe(3_720_000)
    expect(durationMs('soon')).toBeNull()
  })
})
