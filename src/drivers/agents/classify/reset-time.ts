// When a stated limit ends: reads every form in which clients write it. Pure: text, now and a time zone in, a moment out.
// Machine-readable forms go first, then full dates, spans, and last bare clocks, which mean the next such time.
// What lies outside any sane window is no reset at all.

import { clockOf, dated, isoMoment, monthOf, nextClock, zoneOf } from './calendar.ts'
import { durationMs, durationSource } from './duration.ts'
import { readEpoch, readMachineMoment, readMachineSpan } from './reset-machine.ts'
import { gap, isoSource, trigger, zoneSource } from './reset-words.ts'
import type { Scan } from './reset-words.ts'

const dayMs = 86_400_000
/** A stated moment may lie in the past (an old log); more than this and it is no reset. */
const pastMaxMs = 3 * 365 * dayMs
const futureMaxMs = 400 * dayMs

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

/**
 * The moment of the tool's own next try, as it told it in passing (`Retrying in 40 seconds`), or null. That is its pace,
 * not the end of a limit: of use only where nobody's quota is concerned.
 */
export function ownRetryTime(text: string, now: number): number | null {
  const told = new RegExp(`\\bretrying (?:in|after)\\s+(${durationSource})`, 'i').exec(text)?.[1]
  const ms = told === undefined ? null : durationMs(told)
  return ms === null ? null : now + ms
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
