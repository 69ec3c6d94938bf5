// Cuts output into what can be judged: clean lines, and the JSON objects among them. Bounded, tolerant of garbage.

/** Terminal sequences: CSI, OSC and single escapes. They carry no meaning for a verdict. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what this is about
const controlSequence = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: other control characters but tab and newline
const controlCharacter = /[\x00-\x08\x0b-\x1f\x7f]/g

/** Text without terminal control sequences; carriage returns count as line ends. */
export function plain(text: string): string {
  return text.replace(controlSequence, '').replace(/\r\n?/g, '\n').replace(controlCharacter, '')
}

/** The non-empty lines of a text, trimmed, without control sequences. */
export function lines(text: string): string[] {
  return plain(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The last line that says something, of the first text that has one; cut to fit one sentence. */
export function lastLine(...texts: readonly string[]): string {
  for (const text of texts) {
    const last = lines(text).findLast((line) => /[\p{L}\p{N}]/u.test(line))
    if (last !== undefined) return shorten(last, 300)
  }
  return ''
}

/** At most `max` characters, with the cut shown. */
export function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`
}

/** Head and tail of a text in one line each, for endings that nothing explains. */
export function headAndTail(text: string, max = 150): string {
  const all = lines(text).join(' ⏎ ')
  return all.length <= 2 * max ? all : `${all.slice(0, max)} … ${all.slice(-max)}`
}

export type Json = Readonly<Record<string, unknown>>

/** The value as a JSON object, or null. */
export function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null
}

/** Parses one line as a JSON object; null for anything else. */
export function parseObject(text: string): Json | null {
  if (!text.startsWith('{')) return null
  try {
    return asObject(JSON.parse(text))
  } catch {
    return null
  }
}

/** The value as a non-empty string, or null. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** The value as a finite number, or null. */
export function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
