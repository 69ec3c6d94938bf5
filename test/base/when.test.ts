import { expect, test } from 'vitest'

import { isoTime, localMoment, localTime, parseWhen, relativeTime } from '../../src/base/when.ts'

const now = Date.UTC(2026, 10, 20, 12, 0, 0)
const hourMs = 3_600_000

test('a duration is a time from now', () => {
  expect(parseWhen('2h', now)).toBe(now + 2 * hourMs)
  expect(parseWhen('+90m', now)).toBe(now + 1.5 * hourMs)
})

test('a clock time is its next occurrence', () => {
  const later = new Date(now)
  later.setMinutes(later.getMinutes() + 5)
  const clock = (at: Date) => `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`
  expect(parseWhen(clock(later), now)).toBe(now + 5 * 60_000)
  expect(parseWhen(clock(new Date(now)), now)).toBe(now + 24 * hourMs)
})

test('a day begins at midnight of this host, an ISO time is what it says', () => {
  expect(parseWhen('2026-11-21', now)).toBe(new Date(2026, 10, 21).getTime())
  expect(parseWhen('2026-11-21T04:30:00Z', now)).toBe(Date.UTC(2026, 10, 21, 4, 30))
})

test('anything else is no time', () => {
  for (const text of ['', 'tomorrow', '25:00', '12:60', '2026-13-40', '12', '1700000000000'])
    expect(parseWhen(text, now), text).toBeNull()
})

test('times are told relative, local and in ISO form', () => {
  expect(relativeTime(now - 500, now)).toBe('now')
  expect(relativeTime(now - 3 * 60_000 - 5_000, now)).toBe('3m ago')
  expect(relativeTime(now + 2 * hourMs, now)).toBe('in 2h')
  expect(isoTime(now)).toBe('2026-11-20T12:00:00.000Z')
  expect(localTime(now)).toMatch(/^2026-11-2[01] \d\d:\d\d$/)
})

test('a moment has seconds where it does not fall on a minute', () => {
  const minute = new Date(2026, 10, 21, 4, 30).getTime()
  expect(localMoment(minute)).toBe('2026-11-21 04:30')
  expect(localMoment(minute + 7_999)).toBe('2026-11-21 04:30:07')
})
