// Judges which attempts of other hosts are lost. A lease that ran out takes nothing away by itself: a loss may be recorded
// only after lease and grace, never against our own living processes, and never by a reaper that was itself asleep or
// without database within that span (ARCHITECTURE §7). Hosts' wall clocks may disagree by hours, so the date of a lease is
// never compared with ours: a lease is out when we saw it stand still for that long, on our own monotonic clock. Pure.

import type { OpenAttempt } from '../../drivers/store/contract/shapes.ts'
import type { Limits } from '../../model/limits.ts'

/** How long we have been awake without a gap, on the monotonic clock. */
export interface Wakefulness {
  readonly sinceMs: number
  readonly lastMs: number
  /** Wall time at the last look, to notice a clock that steps. */
  readonly lastWallMs: number
}

/** What we saw of the leases of other hosts, by attempt: their date, and since when it stands still. */
export type SeenLeases = ReadonlyMap<
  number,
  { readonly leaseUntil: number; readonly sinceMs: number }
>

/** How far the wall clock may drift from the monotonic one between two looks before it counts as a step. */
export const stepMs = 5_000

/** By how much the wall clock stepped since the last look; 0 when it did not. Positive is forward. */
export function steppedBy(before: Wakefulness | null, nowMs: number, wallMs: number): number {
  if (before === null) return 0
  const drift = wallMs - before.lastWallMs - (nowMs - before.lastMs)
  return Math.abs(drift) < stepMs ? 0 : Math.round(drift)
}

/** Folds one look into our wakefulness: a gap longer than half a lease, or a clock that stepped, starts it anew. */
export function stillAwake(
  before: Wakefulness | null,
  nowMs: number,
  wallMs: number,
  limits: Limits,
): Wakefulness {
  const anew = { sinceMs: nowMs, lastMs: nowMs, lastWallMs: wallMs }
  if (before === null || nowMs - before.lastMs > limits.leaseMs / 2) return anew
  if (steppedBy(before, nowMs, wallMs) !== 0) return anew
  return { ...anew, sinceMs: before.sinceMs }
}

/**
 * Folds one look at the open attempts into what we saw before. Whoever was away begins anew. `readMs` is when they had been
 * read: a lease may have been prolonged until then, however long ago the look began.
 */
export function seeLeases(
  before: SeenLeases,
  open: readonly Pick<OpenAttempt, 'attempt'>[],
  host: string,
  awake: Wakefulness,
  readMs: number,
): SeenLeases {
  const others = open.filter(({ attempt }) => attempt.host !== host)
  return new Map(
    others.map(({ attempt: { id, leaseUntil } }) => {
      const known = before.get(id)
      const still =
        known !== undefined && known.leaseUntil === leaseUntil && known.sinceMs >= awake.sinceMs
      return [id, still ? known : { leaseUntil, sinceMs: readMs }]
    }),
  )
}

/** The attempts whose loss may be recorded now. */
export function lostAttempts<T extends Pick<OpenAttempt, 'attempt'>>(
  open: readonly T[],
  seen: SeenLeases,
  awake: Wakefulness,
  limits: Limits,
): readonly T[] {
  const spanMs = limits.leaseMs + limits.leaseGraceMs
  return open.filter(({ attempt }) => {
    const lease = seen.get(attempt.id)
    return lease !== undefined && awake.lastMs - lease.sinceMs >= spanMs
  })
}
