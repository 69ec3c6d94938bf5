// Points in time as machines write them and as people read and write them. `now` is always handed in; nothing here
// reads a clock, but the host's time zone is used where people are concerned.

import { formatDuration, parseDuration } from './duration.ts'

/** ISO 8601 in UTC with milliseconds: the one form of a time in every JSON answer. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()

/** `2026-11-20 04:30` in the host's time zone. */
export function localTime(ms: number): string {
  const date = new Date(ms)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** As `localTime`, with the seconds of a time that does not fall on a minute: `2026-11-20 04:30:07`. */
export const localMoment = (ms: number): string =>
  Math.floor(ms / 1_000) % 60 === 0
    ? localTime(ms)
    : `${localTime(ms)}:${two(new Date(ms).getSeconds())}`

/** `04:30:07` in the host's time zone, for lines that follow each other. */
export function clockTime(ms: number): string {
  const date = new Date(ms)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
}

/** `3m ago`, `in 2h`, `now`: one unit, as people say it. */
export function relativeTime(ms: number, now: number): string {
  const distance = Math.abs(ms - now)
  if (distance < 1_000) return 'now'
  const words = oneUnit(distance)
  return ms < now ? `${words} ago` : `in ${words}`
}

/**
 * A point in time from what a person typed: a duration from now (`2h`, `+90m`), a clock time (`04:30`, its next
 * occurrence), a day (`2026-11-21`), or an ISO time. Null when it is none of them.
 */
export function parseWhen(text: string, now: number): number | null {
  const wanted = text.trim()
  const duration = parseDuration(wanted.replace(/^\+/, ''))
  if (duration !== null) return now + duration
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(wanted)
  if (clock) return nextClockTime(Number(clock[1]), Number(clock[2]), now)
  if (!/^\d{4}-\d{2}-\d{2}/.test(wanted)) return null
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(wanted) ? `${wanted}T00:00` : wanted)
  return Number.isNaN(date.getTime()) ? null : date.getTime()
}

/** What `parseWhen` understands, for sentences about what it did not. */
export const whenForms =
  'a duration such as 2h, a clock time such as 04:30, or a time such as 2026-11-21T04:30'

function nextClockTime(hours: number, minutes: number, now: number): number {
  const date = new Date(now)
  date.setHours(hours, minutes, 0, 0)
  if (date.getTime() <= now) date.setDate(date.getDate() + 1)
  return date.getTime()
}

/** The largest unit alone, so that columns stay narrow. */
const oneUnit = (ms: number): string => /^\d+[a-z]+/.exec(formatDuration(ms))?.[0] ?? '0s'

const two = (value: number): string => String(value).padStart(2, '0')
