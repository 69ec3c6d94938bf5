// Patterns in a time zone, over the days on which its clocks change; and that looking back sees what looking ahead sees.

import { expect, test } from 'vitest'

import { createCalendar } from '../../../src/drivers/calendar/croner.ts'

const calendar = createCalendar('UTC')
const at = (text: string): number => Date.parse(text)
const ahead = (cron: string, zone: string, from: string, n: number): string[] => {
  const found: string[] = []
  for (let after = at(from); found.length < n; ) {
    const due = calendar.next(cron, zone, after)
    if (due === null) break
    found.push(new Date(due).toISOString().slice(0, 16))
    after = due
  }
  return found
}

test('a time of day that spring leaves out comes as soon as it may, once', () => {
  expect(ahead('30 2 * * *', 'Europe/Berlin', '2026-03-27T12:00Z', 3)).toEqual([
    '2026-03-28T01:30',
    '2026-03-29T01:00',
    '2026-03-30T00:30',
  ])
})

test('a time of day that autumn has twice fires once, and patterns by the hour each hour', () => {
  expect(ahead('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', 2)).toEqual([
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ])
  expect(ahead('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', 3)).toEqual([
    '2026-10-25T00:00',
    '2026-10-25T01:00',
    '2026-10-25T02:00',
  ])
})

test.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
  'what has passed is what was to come, a whole year in %s',
  (zone) => {
    for (const cron of ['30 2 * * *', '15 */6 * * *', '0 9 * * mon-fri']) {
      const [from, to] = [at('2026-01-01T00:00Z'), at('2027-01-01T00:00Z')]
      const came: number[] = []
      for (let due = calendar.next(cron, zone, from); due !== null && due <= to; ) {
        came.push(due)
        due = calendar.next(cron, zone, due)
      }
      const passed = calendar.passed(cron, zone, { after: from, upTo: to, limit: 9_999 })
      expect(passed.toReversed()).toEqual(came)
    }
  },
)

test('the bounds: what is due this very moment has passed, what was accounted for has not', () => {
  const [nine, ten] = [at('2026-11-20T09:00Z'), at('2026-11-20T10:00Z')]
  const span = { after: nine, upTo: ten, limit: 9 }
  expect(calendar.passed('0 * * * *', 'UTC', span)).toEqual([ten])
  expect(calendar.passed('0 * * * *', 'UTC', { ...span, upTo: ten - 1 })).toEqual([])
  expect(calendar.next('0 * * * *', 'UTC', nine)).toBe(ten)
  expect(calendar.passed('0 * * * *', 'UTC', { after: 0, upTo: ten, limit: 3 })).toHaveLength(3)
})
