// Quiet hours over midnight, in their own zone.

import { expect, test } from 'vitest'

import { quietUntil } from '../../src/model/quiet.ts'

const at = (time: string) => Date.parse(`2026-11-20T${time}:30.000Z`)
const until = (time: string, quiet: [number, number, string | null]) => {
  const [fromMinute, untilMinute, zone] = quiet
  const end = quietUntil({ fromMinute, untilMinute, zone }, at(time))
  return end === null ? null : new Date(end).toISOString().slice(11, 16)
}
const night: [number, number, string] = [22 * 60, 7 * 60, 'UTC']

test('hours that cross midnight end in the morning', () => {
  expect(
    ['21:59', '22:00', '23:30', '00:00', '06:59', '07:00'].map((t) => until(t, night)),
  ).toEqual([null, '07:00', '07:00', '07:00', '07:00', null])
})

test('hours within a day, in another zone, and none at all', () => {
  expect(until('12:00', [12 * 60, 13 * 60, 'Europe/Berlin'])).toBeNull()
  expect(until('11:20', [12 * 60, 13 * 60, 'Europe/Berlin'])).toBe('12:00')
  expect(quietUntil(null, at('12:00'))).toBeNull()
  expect(until('12:00', [600, 600, 'UTC'])).toBeNull()
})
