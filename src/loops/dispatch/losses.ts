// Judges which attempts of other hosts are lost. A lease that ran out takes nothing away by itself: a loss may be recorded
// only after lease and grace, never against our own living processes, and never by a reaper that was itself asleep or
// without database within that span (ARCHITECTURE §7). Pure.

import type { OpenAttempt } from '../../drivers/store/contract.ts'
import type { Limits } from '../../model/limits.ts'

/** How long we have been awake without a gap, on the monotonic clock. */
export interface Wakefulness {
  readonly sinceMs: number
  readonly lastMs: number
}

/** Folds one look into our wakefulness: a gap longer than half a lease starts it anew. */
export function stillAwake(before: Wakefulness | null, nowMs: number, limits: Limits): Wakefulness {
  if (before === null || nowMs - before.lastMs > limits.leaseMs / 2) return { sinceMs: nowMs, lastMs: nowMs }
  return { sinceMs: before.sinceMs, lastMs: nowMs }
}

/** The attempts whose loss may be recorded now. `now` is wall time, which leases are dated with. */
export function lostAttempts(
  open: readonly OpenAttempt[],
  host: string,
  awake: Wakefulness,
  now: number,
  limits: Limits,
): readonly OpenAttempt[] {
  const spanMs = limits.leaseMs + limits.leaseGraceMs
  if (awake.lastMs - awake.sinceMs < spanMs) return []
  return open.filter(
    ({ attempt }) => attempt.host !== host && attempt.leaseUntil + limits.leaseGraceMs < now,
  )
}
