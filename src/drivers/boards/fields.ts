// Reading fields of records that somebody else wrote: under any of several names, of any type, with what was odd told.

import type { ForeignTask, Oddity } from './contract.ts'

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first of these fields that says something, as text. */
export function textOf(fields: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    if (typeof value === 'number') return String(value)
  }
  return null
}

/** A list, a JSON list, or words with commas between them. */
export function listOf(fields: Fields, ...names: readonly string[]): string[] {
  for (const name of names) {
    const value = fields[name]
    if (Array.isArray(value)) return value.flatMap(wordOf)
    if (typeof value === 'string' && value.trim() !== '')
      return value
        .split(/[,;]/)
        .map((word) => word.trim())
        .filter((word) => word !== '')
  }
  return []
}

const wordOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'number'
      ? [String(value)]
      : isFields(value) && typeof value['name'] === 'string'
        ? [value['name']]
        : []

/** Wall time of an ISO text, of seconds or of milliseconds since the epoch; null when it is none. */
export function timeOf(fields: Fields, ...names: readonly string[]): number | null {
  const text = textOf(fields, ...names)
  if (text === null) return null
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Number(text) * 1_000
  if (/^\d{12,14}$/.test(text)) return Number(text)
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(text)
  const time = Date.parse(hasZone || !/\d:\d/.test(text) ? text : `${text.replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? null : time
}

const words: readonly [RegExp, ForeignTask['state']][] = [
  [/^(closed|done|completed?|resolved|merged|finished|succeeded)$/, 'done'],
  [/^(failed|failure|error|errored)$/, 'failed'],
  [
    /^(cancell?ed|wont.?fix|won't fix|abandoned|tombstone|deleted|duplicate|not_planned)$/,
    'cancelled',
  ],
  [/^(open|todo|new|pending|ready|queued|backlog|blocked|deferred|hooked|pinned)$/, 'open'],
]
const underWay = /^(in.?progress|active|doing|running|claimed|started|taken)$/

/** What a status means; an unknown one is open, and told. */
export function stateOf(status: string | null, ref: string, odd: Oddity[]): ForeignTask['state'] {
  if (status === null) return 'open'
  const word = status.toLowerCase()
  const known = words.find(([seen]) => seen.test(word))
  if (known !== undefined) return known[1]
  const what = underWay.test(word)
    ? `was under way there (${status}); it begins anew here`
    : `has the unknown status ${status}; taken as open`
  odd.push({ ref, what })
  return 'open'
}

/**
 * What was completed and is called open all the same was requeued by a fault of its board (S4): it stays done, or it
 * would be done again.
 */
export function settledBefore(
  state: ForeignTask['state'],
  fields: Fields,
  ref: string,
  odd: Oddity[],
): ForeignTask['state'] {
  const at = textOf(fields, 'completed_at', 'completedAt', 'closed_at', 'closedAt', 'resolved_at')
  if (state !== 'open' || at === null) return state
  const status = textOf(fields, 'status', 'state') ?? 'open'
  odd.push({ ref, what: `was completed at ${at} and is ${status} again; taken as done` })
  return 'done'
}
