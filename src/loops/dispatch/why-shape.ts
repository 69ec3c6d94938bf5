// What `why` answers: every hold, gate and missing thing, each with its release.

import type { Task } from '../../model/task.ts'

export interface WhyHold {
  readonly id: number
  readonly kind: string
  readonly since: number
  readonly release: string
  readonly until: number | null
  /** Which mechanism releases it, when that last ran, and when it last moved anything; null before it ever did. */
  readonly mechanism: string
  readonly does: string
  readonly lastFiredAt: number | null
  readonly lastMovedAt: number | null
  /** What a check saw last, or how often a person was reminded. */
  readonly seen: string | null
}
export interface WhyGate {
  readonly lane: string
  readonly state: string
  readonly since: number
  readonly reason: string
  readonly release: string
}
export interface WhyMissing {
  readonly what: string
  readonly release: string
}
export interface Why {
  readonly state: Task['state']
  readonly sentence: string
  readonly holds: readonly WhyHold[]
  readonly gates: readonly WhyGate[]
  readonly missing: readonly WhyMissing[]
  /** How many ready tasks of the same demand stand before it; null unless ready. */
  readonly place: number | null
  /** Agents that could take it. */
  readonly agents: readonly string[]
  /** What would be next if what it waits for fell away; null when nothing stands in the way. */
  readonly next: string | null
}
