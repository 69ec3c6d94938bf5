// Gates: what folding facts makes of lanes, and what a person says about them.

import type { Fact } from '../../../model/fact.ts'
import type { Gate } from '../../../model/gate.ts'
import type { FoldInput, Standing, Unfolded } from './shapes.ts'

export interface GateVerbs {
  gates(): Promise<readonly Gate[]>
  pin(input: {
    lane: string
    by: string
    reason: string
    until: number | null
    now: number
  }): Promise<void>
  /**
   * A person's word, or a pin's time. A lane that was shut by its failures comes back with a ramp; a pin just ends.
   */
  resetGate(input: {
    lane: string
    by: string
    reason: string
    now: number
  }): Promise<{ was: string }>
  /** Ends the cooldowns of tasks whose newest attempt passed this lane: what failed there is over, a person says. */
  releaseCooldowns(input: { lane: string; by: string; now: number }): Promise<{ released: number }>
  /** Facts after the cursor (or after `after`, where that is later) that may mean something to a lane, oldest first. */
  unfolded(input: { after: number; limit: number }): Promise<Unfolded>
  /** Writes what folding a page made of the lanes. `folded: false` when somebody was there before; read again then. */
  fold(input: FoldInput): Promise<{ folded: boolean }>
  /** shut and due → probing; a ramp under which nothing is left to try → passing. */
  probeDue(input: { now: number }): Promise<{ probing: readonly string[] }>
  /** Ends the incident of a probing lane that nothing is left to try; it goes on waiting for its canary. */
  recovered(input: { lane: string; by: string; now: number }): Promise<void>
  /** The newest facts about gates, newest first: what an unreadable row is rebuilt from. */
  gateFacts(limit: number): Promise<readonly Fact[]>
  /** What changed in the world since an attempt last ended well in this lane (null: ever), newest first. */
  changes(input: {
    lane: string | null
    limit: number
  }): Promise<{ since: number | null; facts: readonly Fact[] }>
  standing(input: { taskId: number; lanes: readonly string[]; workKind: string }): Promise<Standing>
}
