// From dates and clocks as people write them to moments: a bare clock means its next time, a date without a year the
// nearest one. Pure.

import { isZone } from '../../../base/zone.ts'
import type { Scan } from './reset-words.ts'
import { momentOf, wallTimeAt, weekdayOf } from './zoned.ts'
import type { WallTime } from './zoned.ts'

/** A time of the day. */
export interface Clock {
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** Hour, minute, second and half of the day as written; null when no clock shows that. */
export function clockOf(parts: readonly (string | undefined)[], word?: string): Clock | null {
  if (word !== undefined) return { hour: /noon/i.test(word) ? 12 : 0, minute: 0, second: 0 }
  const [hour, minute = '0', second = '0', half] = parts
  if (hour === undefined) return { hour: 0, minute: 0, second: 0 }
  let h = Number(hour)
  if (half !== undefined) {
    if (h < 1 || h > 12) return null
    h = (h % 12) + (/^p/i.test(half) ? 12 : 0)
  }
  return h > 23 || Number(minute) > 59
    ? null
    : { hour: h, minute: Number(minute), second: Number(second) }
}

/** The next moment after now at which a clock in the zone shows this time, on that weekday if one is named. */
export function nextClock(
  day: { dayName: string | undefined; relative: string | undefined },
  clock: Clock | null,
  zone: string,
  scan: Scan,
): number | null {
  if (clock === null) return null
  const today = wallTimeAt(scan.now, zone)
  const wanted = day.dayName === undefined ? null : weekdays.indexOf(day.dayName.toLowerCase())
  const first = /tomorrow/i.test(day.relative ?? '') ? 1 : 0
  for (let ahead = first; ahead <= 8; ahead++) {
    const wall: WallTime = { ...today, day: today.day + ahead, ...clock }
    const moment = momentOf(wall, zone)
    if (moment > scan.now && (wanted === null || weekdayOf(wall) === wanted)) return moment
  }
  return null
}

/** A date with an optional clock. Without a year: the one nearest to now, for a limit never lasts a year. */
export function dated(
  date: { year: string | undefined; month: number; day: string | undefined },
  rest: readonly (string | undefined)[],
  scan: Scan,
): number | null {
  const clock = clockOf(rest.slice(0, 4))
  const day = Number(date.day)
  if (clock === null || date.month < 1 || date.month > 12 || day < 1 || day > 31) return null
  const zone = zoneOf(rest[4], scan)
  const at = (year: number) => momentOf({ year, month: date.month, day, ...clock }, zone)
  if (date.year !== undefined)
    return at(date.year.length === 2 ? 2000 + Number(date.year) : Number(date.year))
  const year = wallTimeAt(scan.now, zone).year
  const nearest = [year - 1, year, year + 1].map(at)
  return nearest.reduce((a, b) => (Math.abs(b - scan.now) < Math.abs(a - scan.now) ? b : a))
}

/** Year, month, day, hour, minute, second, zone as written. */
export function isoMoment(parts: readonly (string | undefined)[], scan: Scan): number | null {
  const [year, month, day, hour = '0', minute = '0', second = '0', zone] = parts
  return dated({ year, month: Number(month), day }, [hour, minute, second, undefined, zone], scan)
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The month's number by its name, from 1; 0 for none. */
export function monthOf(name: string | undefined): number {
  return months.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1
}

/** Zone words that are no IANA names, by the region that means them in these messages. */
const zoneWords: readonly (readonly [RegExp, string])[] = [
  [/^(?:z|utc|gmt)$/i, 'UTC'],
  [/^(?:p[sd]t|pacific.*)$/i, 'America/Los_Angeles'],
  [/^(?:m[sd]t|mountain.*)$/i, 'America/Denver'],
  [/^(?:c[sd]t|central.*)$/i, 'America/Chicago'],
  [/^(?:e[sd]t|eastern.*)$/i, 'America/New_York'],
  [/^ces?t$/i, 'Europe/Berlin'],
  [/^bst$/i, 'Europe/London'],
  [/^jst$/i, 'Asia/Tokyo'],
  [/^ist$/i, 'Asia/Kolkata'],
]

/** The zone a time states, or the one handed in. Offsets become `+05:30`, which Intl takes as a zone. */
export function zoneOf(written: string | undefined, scan: Scan): string {
  const word = (written ?? '').replace(/[()\s]+/g, ' ').trim()
  if (word === '') return scan.zone
  const known = zoneWords.find(([re]) => re.test(word))?.[1]
  if (known !== undefined) return known
  const offset = /^(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?$/i.exec(word)
  if (offset) return `${offset[1]}${(offset[2] ?? '').padStart(2, '0')}:${offset[3] ?? '00'}`
  return isZone(word) ? word : scan.zone
}
