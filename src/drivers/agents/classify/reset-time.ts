// When a stated limit ends: reads every form in which clients write it. Pure: text, now and a time zone in, a moment out.
// Machine-readable forms go first, then full dates, spans, and last bare clocks, which mean the next such time.
// What lies outside any sane window is no reset at all.

import { durationMs, durationSource } from './duration.ts'
import { isZone, momentOf, wallTimeAt, weekdayOf } from './zoned.ts'
import type { WallTime } from './zoned.ts'

const dayMs = 86_400_000
/** A stated moment may lie in the past (an old log); more than this and it is no reset. */
const pastMaxMs = 3 * 365 * dayMs
const futureMaxMs = 400 * dayMs

interface Scan {
  readonly text: string
  readonly now: number
  readonly zone: string
}

/** The moment (ms since the epoch) at which the text says the limit ends, or null. `timeZone` serves times without one. */
export function resetTime(text: string, now: number, timeZone: string): number | null {
  if (/\blimit: 0\b/.test(text)) return null // a quota of nothing never resets, whatever the text promises
  const scan: Scan = {
    text: text.replace(/\\"/g, '"').replace(/[\u00a0\u202f]/g, ' '),
    now,
    zone: timeZone,
  }
  for (const read of [
    readEpoch,
    readMachineMoment,
    readMachineSpan,
    readDate,
    readSpan,
    readClock,
    readBareDate,
  ]) {
    const found = read(scan)
    if (found !== null && found > now - pastMaxMs && found < now + futureMaxMs)
      return Math.round(found)
  }
  return null
}

/** Words after which a text tells when the limit ends. */
const trigger =
  '(?:(?:limit|quota|usage|access|it|window|credits?)?\\s*(?:will\\s+)?(?:be\\s+)?(?:resets?|resetting|refresh(?:es)?|renews?|replenish(?:es|ed)?|unlocks?|restored?|regains?(?:\\s+access)?|available(?:\\s+again)?|resumes?|back|lifted|ends?|expires?)|(?:please\\s+)?(?:try|retry)(?:\\s+again)?|(?:please\\s+)?wait(?:\\s+until)?|come\\s+back|until|blocked\\s+until|next\\s+(?:reset|window|available))'
const gap =
  '[\\s"\':=,·∙•|()-]*(?:(?:at|on|by|after|in|from|until|approximately|about|around|starting|the)\\s+|~\\s*)*'

const resetKey =
  '(?:[a-z_-]*resets?(?:_?time(?:stamp)?|_?at|_?date|_?epoch)?|resetsAt|resetAt|resetTime(?:stamp)?|quotaResetTime(?:Stamp)?|retry_?at|retry-at|retryAt|blocked_?until|available_?at)'
const epochKey = new RegExp(
  `${resetKey}["']?\\s*[:=]\\s*["']?(\\d{13}|\\d{10})(?:\\.\\d+)?\\b`,
  'i',
)
const epochWord = new RegExp(
  `(?:limit reached|${trigger})${gap}\\|?\\s*(\\d{13}|\\d{10})(?:\\.\\d+)?\\b`,
  'i',
)

function readEpoch({ text }: Scan): number | null {
  const digits =
    epochKey.exec(text)?.[1] ?? epochWord.exec(text)?.[1] ?? /\|(\d{10}|\d{13})\b/.exec(text)?.[1]
  if (digits === undefined) return null
  return digits.length === 13 ? Number(digits) : Number(digits) * 1000
}

const isoSource =
  '(\\d{4})-(\\d{2})-(\\d{2})(?:(?:T|,?\\s+(?:at\\s+)?)(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?)?'
const zoneSource =
  '\\s*(Z\\b|UTC\\b|GMT\\b|[+-]\\d{2}:?\\d{2}\\b|\\(?\\s*(?:UTC|GMT)?[+-]\\d{1,2}(?::?\\d{2})?\\s*\\)?|\\(?[A-Z][A-Za-z]+(?:/[A-Za-z_+-]+)+\\)?|\\(?(?:UTC|GMT|[ECMP][SD]T|CES?T|BST|JST|IST)\\)?|\\(?(?:Pacific|Mountain|Central|Eastern)(?:\\s+(?:Standard|Daylight))?(?:\\s+Time)?\\)?)?'
const machineMoment = new RegExp(`${resetKey}["']?\\s*[:=]\\s*["']?${isoSource}${zoneSource}`, 'i')

function readMachineMoment(scan: Scan): number | null {
  const found = machineMoment.exec(scan.text)
  return found ? isoMoment(found.slice(1), scan) : null
}

const secondsKey =
  /(?:resets?_?in_?(?:seconds|secs?)?|resets?_after(?:_seconds)?|resetsInSeconds|reset_seconds|retry[-_ ]?after(?:[-_](?:seconds|secs?))?|retryAfter(?:Seconds)?|retryDelay(?:Seconds)?|quotaResetDelay|seconds_until_reset)["']?\s*[:=]\s*["']?(\d+(?:\.\d+)?)\s*(?=["'},\]\s]|$)/i
const millisKey =
  /(?:retry[-_]?after[-_]?ms|retryAfterMs|retry_?delay_?ms|resets?_?in_?ms|retryDelayMs|resetAfterMs)["']?\s*[:=]\s*["']?(\d+(?:\.\d+)?)/i
const spanKey = new RegExp(
  `(?:retryDelay|quotaResetDelay|retry[-_ ]?after|retryAfter|resets?_?(?:in|after)|x-ratelimit-reset[a-z-]*)["']?\\s*[:=]\\s*["']?(${durationSource}|PT?[0-9DHMS.]+)`,
  'i',
)
const retryAfterWord = /\bretry[- ]after[:\s]+(\d+(?:\.\d+)?)(?![\d:.]*\s*(?:[a-z]|\d))/i

function readMachineSpan({ text, now }: Scan): number | null {
  const spans: number[] = []
  const quota = spanKey.exec(text)?.[1]
  const written = quota === undefined ? null : durationMs(quota)
  if (written !== null) spans.push(written)
  const seconds = secondsKey.exec(text)?.[1] ?? retryAfterWord.exec(text)?.[1]
  if (seconds !== undefined) spans.push(Number(seconds) * 1000)
  const millis = millisKey.exec(text)?.[1]
  if (millis !== undefined) spans.push(Number(millis))
  return spans.length === 0 ? null : now + Math.max(...spans)
}

const month = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?'
const clockSource = '(\\d{1,2})(?:[:.h](\\d{2}))?(?::(\\d{2}))?\\s*([ap]\\.?m\\.?)?'
const midnight = '(midnight|noon)'
const isoDate = new RegExp(`${trigger}${gap}${isoSource}${zoneSource}`, 'i')
const monthFirst = new RegExp(
  `${trigger}${gap}(?:[a-z]{3,9},?\\s+)?${month}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(\\d{4}))?(?:,|\\s+at|\\s+@|\\s+-)*\\s+${clockSource}${zoneSource}`,
  'i',
)
const dayFirst = new RegExp(
  `${trigger}${gap}(?:[a-z]{3,9},?\\s+)?(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?${month}(?:,?\\s+(\\d{4}))?(?:,|\\s+at|\\s+@|\\s+-)*\\s+${clockSource}${zoneSource}`,
  'i',
)
const slashDate = new RegExp(
  `${trigger}${gap}(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d{2})(?:(?:,|\\s+at)*\\s+${clockSource})?${zoneSource}`,
  'i',
)

function readDate(scan: Scan): number | null {
  const iso = isoDate.exec(scan.text)
  if (iso) return isoMoment(iso.slice(1), scan)
  const named = monthFirst.exec(scan.text)
  if (named) {
    const [, name, day, year, ...clock] = named
    return dated({ year, month: monthOf(name), day }, clock, scan)
  }
  const european = dayFirst.exec(scan.text)
  if (european) {
    const [, day, name, year, ...clock] = european
    return dated({ year, month: monthOf(name), day }, clock, scan)
  }
  const slashed = slashDate.exec(scan.text)
  if (!slashed) return null
  const [, first, second, year, ...clock] = slashed
  const dayLeads = Number(first) > 12
  return dated(
    { year, month: Number(dayLeads ? second : first), day: dayLeads ? first : second },
    clock,
    scan,
  )
}

const spoken = new RegExp(`${trigger}${gap}(${durationSource})`, 'i')
const spokenBefore = new RegExp(`\\b(?:in|for|after)\\s+(${durationSource})`, 'i')

function readSpan({ text, now }: Scan): number | null {
  const told = text.replace(/\bretrying\b[^.\n]*/gi, '') // its own wait, not the limit's
  const found =
    spoken.exec(told)?.[1] ??
    (/\b(?:reset|retry|try again|wait)\b/i.test(told) ? spokenBefore.exec(told)?.[1] : undefined)
  const ms = found === undefined ? null : durationMs(found)
  return ms === null ? null : now + ms
}

const weekday =
  '(?:(sun|mon|tue|wed|thu|fri|sat)[a-z]*\\.?,?\\s+(?:at\\s+)?|(tomorrow|today)\\s*(?:at\\s+)?)?'
const bareClock = new RegExp(
  `${trigger}${gap}${weekday}(?:${clockSource}|${midnight})(?![\\d/%]|\\s*(?:${'requests|tokens|times|attempts|tries'}))${zoneSource}`,
  'gi',
)

function readClock(scan: Scan): number | null {
  for (const found of scan.text.matchAll(bareClock)) {
    const [, dayName, relative, hour, minute, second, half, word, zone] = found
    if (
      word === undefined &&
      minute === undefined &&
      half === undefined &&
      !/^\s*\d/.test(zone ?? '') &&
      zone === undefined
    )
      continue
    const moment = nextClock(
      { dayName, relative },
      clockOf([hour, minute, second, half], word),
      zoneOf(zone, scan),
      scan,
    )
    if (moment !== null) return moment
  }
  return null
}

const dateOnly = new RegExp(
  `${trigger}${gap}(?:[a-z]{3,9},?\\s+)?(?:${month}\\s+(\\d{1,2})(?:st|nd|rd|th)?|(\\d{1,2})(?:st|nd|rd|th)?\\s+${month})(?:,?\\s+(\\d{4}))?`,
  'i',
)

function readBareDate(scan: Scan): number | null {
  const found = dateOnly.exec(scan.text)
  if (!found) return null
  const [, name, day, otherDay, otherName, year] = found
  return dated({ year, month: monthOf(name ?? otherName), day: day ?? otherDay }, [], scan)
}

interface Clock {
  readonly hour: number
  readonly minute: number
  readonly second: number
}

function clockOf(parts: readonly (string | undefined)[], word?: string): Clock | null {
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
function nextClock(
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

/** A date with an optional clock. Without a year: the next such date, today included. */
function dated(
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
  return [year - 1, year, year + 1].map(at).find((moment) => moment > scan.now - dayMs) ?? null
}

function isoMoment(parts: readonly (string | undefined)[], scan: Scan): number | null {
  const [year, month, day, hour = '0', minute = '0', second = '0', zone] = parts
  return dated({ year, month: Number(month), day }, [hour, minute, second, undefined, zone], scan)
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

function monthOf(name: string | undefined): number {
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
function zoneOf(written: string | undefined, scan: Scan): string {
  const word = (written ?? '').replace(/[()\s]+/g, ' ').trim()
  if (word === '') return scan.zone
  const known = zoneWords.find(([re]) => re.test(word))?.[1]
  if (known !== undefined) return known
  const offset = /^(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?$/i.exec(word)
  if (offset) return `${offset[1]}${(offset[2] ?? '').padStart(2, '0')}:${offset[3] ?? '00'}`
  return isZone(word) ? word : scan.zone
}
