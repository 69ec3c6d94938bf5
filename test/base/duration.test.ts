import { expect, test } from 'vitest'

import { formatDuration, parseDuration } from '../../src/base/duration.ts'

test('a duration is read with its units, also several of them', () => {
  expect(parseDuration('30s')).toBe(30_000)
  expect(parseDuration('1h30m')).toBe(5_400_000)
  expect(parseDuration('1.5h')).toBe(5_400_000)
  expect(parseDuration(' 2 d ')).toBe(172_800_000)
  expect(parseDuration('250ms')).toBe(250)
  expect(parseDuration('1w')).toBe(604_800_000)
})

test('a number without a unit is no duration, nor is anything else', () => {
  for (const text of ['30', '', 's', '-5s', '5 minutes', '1e3s', '5s!', '10x', 'm5'])
    expect(parseDuration(text), text).toBeNull()
})

test('a duration is told in its two largest units', () => {
  expect(formatDuration(0)).toBe('0ms')
  expect(formatDuration(999)).toBe('999ms')
  expect(formatDuration(59_999)).toBe('1m')
  expect(formatDuration(3_723_000)).toBe('1h2m')
  expect(formatDuration(90_061_000)).toBe('1d1h')
  expect(formatDuration(86_400_000)).toBe('1d')
})

test('what is longer than a century is no duration', () => {
  expect(parseDuration('5200w')).toBe(5_200 * 7 * 86_400_000)
  expect(parseDuration('99999999w')).toBeNull()
})
