// The audit of what waits, and the refusals that were kept.

import type { HoldKind } from '../../../model/hold.ts'
import type { KeptRefusal } from '../../../model/told-refusal.ts'

/** Live holds of one kind. */
export interface HoldClass {
  readonly kind: HoldKind
  readonly count: number
  readonly oldest: number
  /** Those that only a person ends. */
  readonly needPerson: number
  /** Those whose time, or whose next look, is over since before `overdueBefore`. */
  readonly overdue: number
  /** When one of the kind was last released; null when none ever was. */
  readonly lastReleasedAt: number | null
}

/** Ready tasks that wait at the gate of a calm window. */
export interface CalmClass {
  readonly window: string
  readonly count: number
  readonly oldest: number
}

export interface AuditVerbs {
  /** What waits, by class: from indexes, so that a hundred thousand holds cost no more than a moment. */
  auditHolds(input: { overdueBefore: number }): Promise<{
    readonly holds: readonly HoldClass[]
    readonly calm: readonly CalmClass[]
  }>
  /** Adds to what was refused; the same one within a while grows, a later one is new. Forgets what is a month old. */
  noteRefusals(input: {
    host: string
    refusals: readonly Omit<KeptRefusal, 'host'>[]
    now: number
  }): Promise<void>
  /** What was refused around a moment, the most often refused first. */
  refusalsAt(input: { at: number; limit: number }): Promise<readonly KeptRefusal[]>
}
