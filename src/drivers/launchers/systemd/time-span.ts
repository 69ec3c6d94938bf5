// Reads a time span as systemd shows it: `1.500000s`, `2h 12min 10s`, `infinity`. Pure.

const unitsUs: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  w: 7 * 86_400_000_000,
  month: 2_629_800_000_000,
  y: 31_557_600_000_000,
}

/** Microseconds; null for `infinity` and for what is no span. */
export function readSpanUs(text: string): number | null {
  const words = text.trim().split(/\s+/)
  let sum = 0
  for (const word of words) {
    const match = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(word)
    const unit = unitsUs[match?.[2] ?? '']
    if (match === null || unit === undefined) return null
    sum += Number(match[1]) * unit
  }
  return Math.round(sum)
}
