// Firings of any span, from two who know of them: the store by the hour, and this API between its own looks at the totals. An
// hour that nobody looked at is shared out evenly over its time; where somebody looked, what was seen counts where it was seen.

/** What came between two looks. */
export interface Seen {
  readonly from: number
  readonly to: number
  readonly fired: number
}

const hourMs = 3_600_000

/** Firings from one time to another, neither later than `now`; `hours` are counted since the epoch. */
export function firedOf(
  hours: readonly { readonly hour: number; readonly fired: number }[],
  seen: readonly Seen[],
  now: number,
): (from: number, to: number) => number {
  const evenly = hours.map(({ hour, fired }): Part => {
    const [from, to] = [hour * hourMs, Math.min((hour + 1) * hourMs, now)]
    const known = seen.map((one) => ({ one, shared: within(one, from, to) }))
    const rest = known.reduce((sum, { one, shared }) => sum - shareOf(one, shared), fired)
    const restMs = known.reduce((sum, { shared }) => sum - shared, to - from)
    // Where all of it was looked at, the last look is not as new as the totals.
    return { from, to, perMs: restMs <= 0 ? 0 : Math.max(0, rest) / restMs }
  })
  return (from, to) =>
    seen.reduce((sum, one) => sum + shareOf(one, within(one, from, to)), 0) +
    evenly.reduce((sum, part) => sum + part.perMs * unseen(part, from, to, seen), 0)
}

interface Span {
  readonly from: number
  readonly to: number
}
interface Part extends Span {
  readonly perMs: number
}

/** How much of it lies within. */
const within = (span: Span, from: number, to: number): number =>
  Math.max(0, Math.min(span.to, to) - Math.max(span.from, from))

const shareOf = ({ from, to, fired }: Seen, ms: number): number =>
  ms === 0 ? 0 : (fired * ms) / Math.max(1, to - from)

/** How much of a part lies within a span, and was not looked at. */
function unseen(part: Part, from: number, to: number, seen: readonly Seen[]): number {
  const [begin, end] = [Math.max(part.from, from), Math.min(part.to, to)]
  if (end <= begin) return 0
  return seen.reduce((left, one) => left - within(one, begin, end), end - begin)
}
