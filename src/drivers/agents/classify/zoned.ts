// Wall clock times of a time zone as moments, through Intl. Pure.

import { present } from '../../../base/assert.ts'

/** A date and time as a clock on the wall shows it. Month counts from 1. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What a clock in `zone` shows at `ms`. */
export function wallTimeAt(ms: number, zone: string): WallTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map((part) => [part.type, Number(part.value)]),
  )
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    present(parts.get(type), `Intl gives the ${type}`)
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour') % 24,
    minute: of('minute'),
    second: of('second'),
  }
}

/** The moment at which a clock in `zone` shows `wall`. Days and hours may overflow; in a skipped hour, the hour after. */
export function momentOf(wall: WallTime, zone: string): number {
  const asUtc = utcOf(wall)
  let ms = asUtc
  for (let round = 0; round < 3; round++) ms += asUtc - utcOf(wallTimeAt(ms, zone))
  return ms
}

/** The moment of an ISO time; one that names no zone is what a clock in `zone` shows. Null when it is no ISO time. */
export function isoTimeIn(text: string, zone: string): number | null {
  const parts =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
      text.trim(),
    )
  if (parts === null) return null
  const [, day = '', time = '00:00', offset = 'Z'] = parts
  const ms = Date.parse(
    `${day}T${time.replace(',', '.')}${offset.replace(/^(...)(\d\d)$/, '$1:$2')}`,
  )
  if (Number.isNaN(ms)) return null
  return parts[3] === undefined ? momentOf(wallTimeAt(ms, 'UTC'), zone) + (ms % 1_000) : ms
}

/** The day of the week of a date, Sunday 0. */
export function weekdayOf(wall: WallTime): number {
  return (Math.floor(Date.UTC(wall.year, wall.month - 1, wall.day) / 86_400_000) + 4) % 7
}

function utcOf(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, format)
  return format
}
