// Days and months as a calendar on the wall of some time zone has them, as spans of moments. A day has 23 to 25 hours there,
// and may begin at one o'clock. Pure, through Intl.

/** `2026-11-20`: the day that a calendar in `zone` shows at `ms`; the machine's own zone for null. */
export function dayAt(ms: number, zone: string | null): string {
  return formatOf(zone).format(ms)
}

/** First moment of the day around `ms`, and of the day after it. */
export function dayAround(ms: number, zone: string | null): readonly [number, number] {
  const day = dayAt(ms, zone)
  return [startOf(day, zone), startOf(dayAfter(day), zone)]
}

/** First moment of the month around `ms`, and of the month after it. */
export function monthAround(ms: number, zone: string | null): readonly [number, number] {
  const [year = 0, month = 0] = dayAt(ms, zone).split('-').map(Number)
  const first = (months: number) =>
    new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10)
  return [startOf(first(0), zone), startOf(first(1), zone)]
}

/** The first moments of the `count` days up to the one around `ms`, oldest first, each with its name. */
export function lastDays(
  ms: number,
  count: number,
  zone: string | null,
): readonly { readonly day: string; readonly from: number; readonly to: number }[] {
  const today = Date.parse(dayAt(ms, zone))
  return Array.from({ length: count }, (_, i) => {
    const day = new Date(today - (count - 1 - i) * dayMs).toISOString().slice(0, 10)
    return { day, from: startOf(day, zone), to: startOf(dayAfter(day), zone) }
  })
}

const dayMs = 86_400_000
const minuteMs = 60_000
/** No zone is farther from UTC than this. */
const farthestMs = 15 * 60 * minuteMs

const dayAfter = (day: string): string =>
  new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10)

/** The first minute that a calendar there dates so, by halving: its date never goes back. */
function startOf(day: string, zone: string | null): number {
  const key = `${zone} ${day}`
  const known = starts.get(key)
  if (known !== undefined) return known
  let low = (Date.parse(day) - farthestMs) / minuteMs
  let high = (Date.parse(day) + farthestMs) / minuteMs
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (dayAt(middle * minuteMs, zone) < day) low = middle + 1
    else high = middle
  }
  if (starts.size >= startsMax) starts.clear()
  starts.set(key, low * minuteMs)
  return low * minuteMs
}

const startsMax = 1_000
const starts = new Map<string, number>()
const formats = new Map<string | null, Intl.DateTimeFormat>()

/** The Swedish way to write a date is the ISO one. */
function formatOf(zone: string | null): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('sv-SE', {
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(zone !== null && { timeZone: zone }),
  })
  formats.set(zone, format)
  return format
}
