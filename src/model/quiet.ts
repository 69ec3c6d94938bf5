// Quiet hours: whether now is one, and when it ends. Pure; a change of the clock by an hour is seen when it is asked again.

import type { QuietHours } from './channels.ts'

const dayMinutes = 24 * 60

/** When the quiet hours that are now will end, ms since the epoch; null when there are none now. */
export function quietUntil(quiet: QuietHours | null, now: number): number | null {
  if (quiet === null) return null
  const { fromMinute, untilMinute, zone } = quiet
  const minute = minuteOfDay(now, zone)
  const isQuiet =
    fromMinute <= untilMinute
      ? minute >= fromMinute && minute < untilMinute
      : minute >= fromMinute || minute < untilMinute
  if (!isQuiet) return null
  const left = (untilMinute - minute + dayMinutes) % dayMinutes
  return now - (now % 60_000) + left * 60_000
}

function minuteOfDay(now: number, zone: string | null): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(zone === null ? {} : { timeZone: zone }),
  })
  const [hour = '0', minute = '0'] = format.format(now).split(':')
  return Number(hour) * 60 + Number(minute)
}
