// What people type, read strictly: numbers, ids, durations, times and lists. Each reader throws a usage error that
// shows the right form.

import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import { parseWhen, whenForms } from '../../base/when.ts'

/** A task id: `42` or `#42`. */
export function taskId(text: unknown): number {
  const match = /^#?(\d{1,15})$/.exec(String(text).trim())
  if (match === null)
    throw usage(
      'usage.task_id',
      `\`${text}\` is not the id of a task`,
      'give its number, as `midwatch list` shows it',
    )
  return Number(match[1])
}

/** Ids of tasks: `3`, `3,4`, or several times. */
export const taskIds = (texts: readonly string[] | undefined): number[] =>
  (texts ?? []).flatMap((text) => text.split(',').filter((part) => part.trim() !== '')).map(taskId)

/** A whole number of at least `least`. */
export function wholeNumber(text: string, option: string, least: number): number {
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least)
    throw usage(
      'usage.number',
      `${option} wants a whole number, not \`${text}\``,
      least > 0 ? `give ${least} or more` : 'for example 5',
    )
  return value
}

/** How many lines of a page are wanted: at most a thousand are told at once. */
export const pageLimit = (text = '50'): number => Math.min(wholeNumber(text, '--limit', 1), 1_000)

/** Milliseconds of a duration such as `10m`. */
export function durationMs(text: string, option: string): number {
  const ms = parseDuration(text)
  if (ms === null || ms <= 0)
    throw usage(
      'usage.duration',
      `${option} wants a duration, not \`${text}\``,
      'for example 30s, 10m, 2h or 1d',
    )
  return ms
}

/** A point in time that is still to come. */
export function futureTime(text: string, option: string, now: number): number {
  const at = parseWhen(text, now)
  if (at === null)
    throw usage('usage.time', `${option} wants a time, not \`${text}\``, `give ${whenForms}`)
  if (at <= now)
    throw usage('usage.time_past', `${option} ${text} is already over`, 'give a time to come')
  return at
}

/** A point in time that is over: a date, a time of the last day, or a duration ago. */
export function pastTime(text: string, option: string, now: number): number {
  const ago = parseDuration(text)
  if (ago !== null) return now - ago
  const at = parseWhen(text, now)
  if (at === null)
    throw usage('usage.time', `${option} wants a time, not \`${text}\``, `give ${whenForms}`)
  // A time of day without a date means the one that was last.
  const past = /^\d{1,2}:\d{2}$/.test(text.trim()) && at > now ? at - 24 * 3_600_000 : at
  if (past <= now) return past
  throw usage('usage.time_future', `${option} ${text} is still to come`, 'give a time that is over')
}

/** One of a closed list of words. */
export function oneOf<W extends string>(text: string, option: string, words: readonly W[]): W {
  const found = words.find((word) => word === text)
  if (found === undefined)
    throw usage(
      'usage.word',
      `${option} knows no \`${text}\`${didYouMean(text, words)}`,
      `one of ${words.join(', ')}`,
    )
  return found
}

/** Words given several times or with commas between them. */
export const words = (texts: readonly string[] | undefined): string[] =>
  (texts ?? [])
    .flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** For options that may be given several times. */
export const gather = (value: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  value,
]

/** The words of a text that somebody looks for. */
export const titleWords = (text: string): string[] =>
  text.split(/\s+/).filter((word) => word !== '')
