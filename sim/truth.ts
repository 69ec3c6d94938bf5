// What really happened, as only the world knows it: which sessions ran, when, and through whose fault they ended. The
// checkers compare the store with this; no daemon ever sees it.

import type { ReviewDecision } from '../src/model/review.ts'

/** Through whose fault a session ended as it did. */
export type Cause =
  | 'good'
  | 'task'
  | 'hang'
  | 'agent'
  | 'account'
  | 'provider'
  | 'network'
  | 'cli'
  | 'host'
  | 'killed'

export interface SessionTruth {
  readonly attemptId: number
  readonly ref: string
  readonly host: string
  readonly startedMs: number
  endedMs: number | null
  /** Monotonic running time of its machine, in ms, at the end. */
  ranMs: number
  /** How long it had truly stood still at its end: 0 for one that worked. */
  stoodStillMs: number
  cause: Cause
  exitCode: number | null
  signal: string | null
  readonly said: {
    readonly word: 'done' | 'fail'
    readonly atMs: number
    answer: 'settled' | 'heard' | 'refused' | 'left' | 'nobody'
  }[]
}

export class Truth {
  /** Programs that were executed, by attempt. Two for one attempt is a double start. */
  readonly sessions = new Map<number, SessionTruth[]>()
  /** Wanted work that is really done, by its reference. */
  readonly worked = new Set<string>()
  /** What the checks of a wanted work really said. */
  readonly checks = new Map<string, ('yes' | 'no' | 'broken')[]>()
  /** What sessions that review decided, by their attempt, and about which wanted work. */
  readonly decisions = new Map<
    number,
    { readonly ref: string; readonly decision: ReviewDecision }
  >()
  /** How often something acted, for the report that no check is empty. */
  readonly counts = new Map<string, number>()

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by)
  }

  began(session: SessionTruth): void {
    const known = this.sessions.get(session.attemptId) ?? []
    known.push(session)
    this.sessions.set(session.attemptId, known)
  }
}
