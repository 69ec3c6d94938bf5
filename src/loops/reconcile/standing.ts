// Judges for how long a date stands still, as seen by one process on its own monotonic clock. A date that somebody else
// wrote says little against our clock, which may be hours off or step; that it has not moved since we look says much.

import type { Clock } from '../../base/clock.ts'

/** Folds one look at all marks by name; answers for how many ms each has stood still. A look after more than `gapMs` begins anew. */
export type Standing = (
  marks: ReadonlyMap<string, number>,
  gapMs: number,
) => ReadonlyMap<string, number>

interface Seen {
  readonly mark: number
  readonly sinceMs: number
}

export function createStanding({ monotonicMs }: Pick<Clock, 'monotonicMs'>): Standing {
  let seen: ReadonlyMap<string, Seen> = new Map()
  let lookedMs = Number.NEGATIVE_INFINITY
  return (marks, gapMs) => {
    const nowMs = monotonicMs()
    const before = nowMs - lookedMs > gapMs ? new Map<string, Seen>() : seen
    lookedMs = nowMs
    seen = new Map(
      [...marks].map(([name, mark]) => {
        const known = before.get(name)
        return [name, known?.mark === mark ? known : { mark, sinceMs: nowMs }]
      }),
    )
    return new Map([...seen].map(([name, { sinceMs }]) => [name, nowMs - sinceMs]))
  }
}
