// The way of an attempt: claimed, launched, believed, followed, ended; and its task settled or given back by it alone.

import type { LaunchProof, Usage } from '../../../model/attempt.ts'
import type { FactBody } from '../../../model/fact.ts'
import type { Verdict } from '../../../model/failure.ts'
import type { Release } from '../../../model/hold.ts'
import type { Fenced } from '../../../model/refusal.ts'
import type { Outcome } from '../../../model/task.ts'
import type { ClaimInput, ClaimResult, Finished, FinishInput } from './shapes.ts'

export interface AttemptVerbs {
  claim(input: ClaimInput): Promise<ClaimResult>
  /** Prolongs the leases of this host's unended attempts. */
  renew(input: { host: string; leaseUntil: number; now: number }): Promise<{ renewed: number }>

  launched(input: { attemptId: number; proof: LaunchProof; now: number }): Promise<Fenced>
  /** claimed or launched → confirmed. A claimed attempt passes through launched in the same transaction. */
  confirm(input: {
    attemptId: number
    proof: LaunchProof
    program: string
    now: number
  }): Promise<Fenced>

  /** Records facts about an unended attempt, and its newest usage and progress. */
  note(input: {
    attemptId: number
    bodies: readonly FactBody[]
    usage?: Usage
    progress?: string
    now: number
  }): Promise<Fenced>
  /**
   * The agent's own word. Settles the task at once when it has no check; else it is a fact. Refused when the attempt is
   * ended or no longer holds its task; the refusal is recorded.
   */
  say(input: {
    attemptId: number
    word: 'done' | 'fail'
    text: string
    now: number
  }): Promise<Fenced<{ settled: boolean }>>
  /** Asks the owning daemon to stop these attempts' sessions. Idempotent. */
  askStop(input: {
    attemptIds: readonly number[]
    reason: string
    by: string
    now: number
  }): Promise<{ asked: number }>
  /**
   * any unended → ended, with its verdict, whatever became of its task. With `leaseUntil` refused where its lease is another by
   * now (`attempt.renewed`): whoever renewed it lives.
   */
  end(input: {
    attemptId: number
    verdict: Verdict
    usage?: Usage | null
    leaseUntil?: number
    now: number
  }): Promise<Fenced>

  /** taken → settled by its attempt. Refused unless the task is taken by exactly this attempt. */
  settle(input: {
    taskId: number
    attemptId: number
    outcome: Outcome
    verified: boolean | null
    by: string
    reason: string
    now: number
  }): Promise<Fenced>
  /**
   * `end` and `settle` in one transaction, each with its own fence. `settled` is false where the attempt does not hold the task
   * any more, or has asked or waits for something: then the task is left as it is. Answers the wish to stop, with nothing done,
   * where there is one and nobody may overlook it (`unlessAsked`).
   */
  finish(input: FinishInput): Promise<Finished>
  /** taken → ready, or held when `holds` are given. Same fence. */
  giveBack(input: {
    taskId: number
    attemptId: number
    holds: readonly Release[]
    charged: boolean
    reason: string
    now: number
  }): Promise<Fenced>
  /** A person settles a task in any unsettled state; a running session is asked to stop. */
  settleByHand(input: {
    taskId: number
    outcome: Outcome
    by: string
    reason: string
    now: number
  }): Promise<Fenced<{ stopping: number | null }>>
}
