// Durations as people write them (`30s`, `10m`, `1h30m`) and as people read them. A bare number is refused: nobody
// knows its unit.

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}

/** The shape of a duration, for schemas and help texts. */
export const durationPattern = /^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/

/** Nobody waits for longer, and a date beyond is no date any more. */
const mostMs = 100 * 366 * 86_400_000

/** Milliseconds of a duration such as `90s` or `1h30m`; null when it is none, or longer than a century. */
export function parseDuration(text: string): number | null {
  const compact = text.trim().replaceAll(' ', '')
  if (!durationPattern.test(compact)) return null
  let total = 0
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    total += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN)
  return total <= mostMs ? Math.round(total) : null
}

/** A duration in its two largest units: `2h5m`, `45s`, `3d`, `350ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`
  const seconds = Math.round(ms / 1_000)
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('')
}
