// The words between the judges of a gate: what one fact means to one lane, and how a lane moved by it.

import type { FailureClass } from '../../model/failure.ts'
import type { Lane, StreakEntry } from '../../model/lane.ts'
import type { LaneRule, Stage } from '../../model/lane-rules.ts'

/** What one fact means to one lane. */
export type Seen =
  | {
      readonly seen: 'charge'
      readonly at: number
      readonly rule: LaneRule
      readonly entry: StreakEntry
      readonly stated: Stated
    }
  | {
      readonly seen: 'evidence'
      readonly at: number
      readonly attempt: number
      readonly stage: Stage
    }
  /** It ended, not well, but for a reason that is known to be its task's own. */
  | { readonly seen: 'understood'; readonly at: number; readonly attempt: number }
  /** It ended and told nothing of this lane. `repeat`: the next canary goes at once, else after the same wait. */
  | {
      readonly seen: 'over'
      readonly at: number
      readonly attempt: number
      readonly repeat: boolean
    }
  | { readonly seen: 'loss'; readonly at: number; readonly attempt: number }
  /** Something it stands on is new: a host that came back, another configuration. */
  | {
      readonly seen: 'changed'
      readonly at: number
      readonly what: string
      readonly mends: 'waits' | 'all'
      /** Whether a lane that passes must prove itself by one canary before full flow. */
      readonly trial: boolean
    }
  | { readonly seen: 'tested'; readonly at: number; readonly passed: boolean; readonly by: string }
  /** What its credential looks like on one host. */
  | {
      readonly seen: 'credential'
      readonly at: number
      readonly host: string
      readonly print: string
    }

/** What a failure said about its own end, and in which words. */
export interface Stated {
  readonly resetAt: number | null
  readonly needsPerson: boolean
  readonly evidence: string
}

/** How a lane moved, for its fact and its incident. */
export type Move =
  | {
      readonly to: 'shut'
      readonly class: FailureClass
      readonly reason: string
      readonly until: number
      readonly wait: number
      readonly tell: boolean
    }
  | { readonly to: 'pinned'; readonly class: FailureClass; readonly reason: string }
  | { readonly to: 'probing'; readonly reason: string }
  | { readonly to: 'passing'; readonly by: string; readonly ramp: number }
  | { readonly to: 'ramped'; readonly by: string; readonly ramp: number | null }
  | { readonly to: 'mass'; readonly count: number }
  | { readonly to: 'calm' }

export interface Judged {
  readonly lane: Lane
  readonly move: Move | null
}

export interface StartRules {
  readonly inRow: number
  readonly cooldownMs: number
}

export interface BreakerRules {
  /** The newest attempt there is: those up to it were claimed before whatever is judged now. */
  readonly newestAttempt: number
  /** Spreads a wait, so that a crowd does not return in step. */
  readonly jitter: (ms: number) => number
  /** What is added to a stated reset. */
  readonly afterReset: () => number
  /** How often this agent may fail to start in a row, and how long it rests then; null for the defaults. */
  readonly starts?: (agent: string) => StartRules | null
}

/** One kind of what was seen. */
export type Of<S extends Seen['seen']> = Extract<Seen, { seen: S }>
