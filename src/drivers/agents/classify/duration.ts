// Reads spans of time as clients write them: `5h20m24s`, `2 days 17 hours 14 minutes`, `6.034s`, `750ms`, `PT1H`. Pure.

const unitMs: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?|millis)$/i, 1],
  [/^(?:s|secs?|seconds?)$/i, 1000],
  [/^(?:m|mins?|minutes?)$/i, 60_000],
  [/^(?:h|hrs?|hours?)$/i, 3_600_000],
  [/^(?:d|days?)$/i, 86_400_000],
  [/^(?:w|wks?|weeks?)$/i, 7 * 86_400_000],
]

const unit =
  '(?:milliseconds?|millis|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w)'
const amount = '(?:\\d+(?:\\.\\d+)?|\\b(?:an?|one|two)(?=\\s))'
const step = `${amount}\\s*${unit}(?![a-z])`

/** The source of a pattern for one span, to be put into larger patterns. It has no groups of its own. */
export const durationSource = `(?:${amount}\\s*${unit}(?=\\d)|${step}(?:\\s*,?\\s*(?:and\\s+)?)?)+`

const oneStep = new RegExp(`(${amount})\\s*(${unit})(?![a-z])`, 'gi')

/** Milliseconds of a span such as `1 day 3h` or `6.034s`; null when it is none. */
export function durationMs(text: string): number | null {
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text.trim())
  if (iso && text.trim().length > 2)
    return (
      span(iso[1], 86_400_000) + span(iso[2], 3_600_000) + span(iso[3], 60_000) + span(iso[4], 1000)
    )
  let sum: number | null = null
  for (const [, count = '', name = ''] of text.matchAll(oneStep)) {
    const size = unitMs.find(([re]) => re.test(name))?.[1]
    if (size !== undefined) sum = (sum ?? 0) + countOf(count) * size
  }
  return sum
}

function span(count: string | undefined, size: number): number {
  return count === undefined ? 0 : Number(count) * size
}

function countOf(word: string): number {
  if (/^(?:an?|one)$/i.test(word)) return 1
  return /^two$/i.test(word) ? 2 : Number(word)
}
