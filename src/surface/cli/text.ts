// Text as a terminal may show it: without control sequences (agents print anything), measured in columns, cut to fit.

import { stripVTControlCharacters } from 'node:util'

import { localTime, relativeTime } from '../../base/when.ts'

/** Controls that are left after escape sequences are gone, and marks that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text of any origin, fit for a terminal. Newlines and tabs stay; a lone carriage return ends a line. */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text.replace(/\r\n?/g, '\n')).replace(controls, '')

/** The last net below every printed line: nothing but our own colours may control a terminal. */
export const withoutForeignControls = (line: string): string =>
  line.replace(ourColours, (sequence, colour?: string) => (colour === undefined ? '' : sequence))

/** A colour of ours, captured, or any control that is none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const ourColours = /(\u001b\[\d{1,2}m)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** The same on one line, for tables and sentences. */
export const oneLine = (text: string): string => plainText(text).replace(/\s+/g, ' ').trim()

// Scripts and pictures that take two columns, near enough for tables.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const without = /\p{Mark}|\u200d|\ufe0f/u

/** Columns a text takes on a terminal; colour sequences take none. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of stripVTControlCharacters(text))
    width += wide.test(character) ? 2 : without.test(character) ? 0 : 1
  return width
}

/** A plain text cut to at most `columns`, with `…` where it was cut. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let width = 0
  let kept = ''
  for (const character of text) {
    const next = widthOf(character)
    if (width + next > columns - 1) break
    width += next
    kept += character
  }
  return `${kept.trimEnd()}…`
}

/** A word as a shell reads it back. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** ISO times in a sentence, as people read them: `at 2026-11-20 04:30 (in 2h)`. */
export const humanTimes = (sentence: string, now: number): string =>
  sentence.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, (iso) => {
    const at = Date.parse(iso)
    return `${localTime(at)} (${relativeTime(at, now)})`
  })
