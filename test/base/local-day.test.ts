// Days and months of a time zone, over its changes of the clock.

import { describe, expect, it } from 'vitest'

import { dayAround, dayAt, lastDays, monthAround } from '../../src/base/local-day.ts'

const at = (text: string) => Date.parse(text)
const iso = ([from, to]: readonly [number, number]) =>
  [from, to].map((ms) => new Date(ms).toISOString())
const hour = 3_600_000

describe('a local day', () => {
  it('begins at midnight of its zone, not of UTC', () => {
    expect(dayAt(at('2026-11-20T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-21')
    expect(iso(dayAround(at('2026-11-20T23:30:00Z'), 'Europe/Berlin'))).toEqual([
      '2026-11-20T23:00:00.000Z',
      '2026-11-21T23:00:00.000Z',
    ])
    expect(iso(dayAround(at('2026-11-20T05:00:00Z'), 'America/Los_Angeles'))).toEqual([
      '2026-11-19T08:00:00.000Z',
      '2026-11-20T08:00:00.000Z',
    ])
    expect(iso(dayAround(at('2026-11-20T05:00:00Z'), 'UTC'))).toEqual([
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
    ])
  })

  it('has 23 hours when the clock goes forward and 25 when it goes back', () => {
    const length = (text: string) => {
      const [from, to] = dayAround(at(text), 'Europe/Berlin')
      return (to - from) / hour
    }
    expect([length('2026-03-29T12:00:00Z'), length('2026-10-25T12:00:00Z')]).toEqual([23, 25])
  })

  it('begins at one o’clock where midnight is skipped', () => {
    const [from] = dayAround(at('2026-04-24T12:00:00Z'), 'Africa/Cairo')
    expect(new Date(from).toISOString()).toBe('2026-04-23T22:00:00.000Z')
    expect(dayAt(from - 1, 'Africa/Cairo')).toBe('2026-04-23')
  })

  it('belongs to a month of the same zone', () => {
    expect(iso(monthAround(at('2026-11-30T23:30:00Z'), 'Asia/Tokyo'))).toEqual([
      '2026-11-30T15:00:00.000Z',
      '2026-12-31T15:00:00.000Z',
    ])
  })

  it('follows the day before it without a gap, over a year of each odd zone', () => {
    for (const zone of [
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'America/St_Johns',
    ]) {
      const days = lastDays(at('2026-11-20T12:00:00Z'), 400, zone)
      for (const [i, day] of days.entries()) {
        expect(dayAt(day.from, zone)).toBe(day.day)
        expect(dayAt(day.from - 1, zone) < day.day).toBe(true)
        if (i > 0) expect(days[i - 1]?.to).toBe(day.from)
      }
    }
  })
})
