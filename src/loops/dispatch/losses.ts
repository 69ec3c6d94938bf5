// Judges which attempts of other hosts are lost. A lease that ran out takes nothing away by itself: a loss may be recorded
// only after lease and grace, never against our own living processes, and never by a reaper that was itself asleep or
// without database within that span (ARCHITECTURE §7). Pure.

import type { OpenAttempt } from '../../drivers/store/contract.ts'
import type { Limits } from '../../model/limits.ts'

/** How long we have been awake without a gap, on the monotonic clock. */
export interface Wakefulness {
  readonly sinceMs: number
  readonly lastMs: number
  /** Wall time at the last look, to notice a clock that steps. */
  readonly lastWallMs: number
}

/** How far the wall clock may drift from the monotonic one between two looks before it counts as a step. */
export const stepMs = 5_000

/** By how much the wall clock stepped since the last look; 0 when it did not. Positive is forward. */
export function steppedBy(before: Wakefulness | null, nowMs: number, wallMs: number): number {
  if (before === null) return 0
  const drift = wallMs - before.lastWallMs - (nowMs - before.lastMs)
  return Math.abs(drift) < stepMs ? 0 : Math.round(drift)
}

/**
 * Folds one look into our wakefulness: a gap longer than half a lease, or a wall clock that stepped (leases are dated
 * with it), starts it anew.
 */
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
