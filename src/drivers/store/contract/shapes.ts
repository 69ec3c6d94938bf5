// What the store's larger verbs are handed and answer. Part of the contract, on a page of its own.

import type { Attempt, Usage } from '../../../model/attempt.ts'
import type { Demand } from '../../../model/demand.ts'
import type { Fact, FactBody, FactKind } from '../../../model/fact.ts'
import type { Hold, Release } from '../../../model/hold.ts'
import type { IncidentMove } from '../../../model/incident.ts'
import type { Verdict } from '../../../model/failure.ts'
import type { Lane } from '../../../model/lane.ts'
import type { Origin } from '../../../model/provenance.ts'
import type { Fenced, Refusal } from '../../../model/refusal.ts'
import type { KeyScope, Order, Outcome, Task } from '../../../model/task.ts'
import type { WindowCaps } from '../../../model/window.ts'
import type { TaskState } from '../../../model/transitions.ts'

export interface EnqueueInput {
  readonly title: string
  readonly priority: number
  readonly demand: Demand
  readonly order: Order
  readonly attemptsMax: number
  readonly key: ({ readonly key: string } & KeyScope) | null
  /** Holds the task is born with; none makes it ready. */
  readonly holds: readonly Release[]
  readonly againOf: number | null
  /** What made it; absent for a person. */
  readonly origin?: Origin
  readonly by: string
  readonly now: number
}

/** Attempts under way at once, at most. */
export interface Caps {
  readonly lanes?: Readonly<Record<string, number>>
  readonly labels?: Readonly<Record<string, number>>
}

/** An ending that alone decides its task. */
export interface FinishInput {
  readonly taskId: number
  readonly attemptId: number
  readonly verdict: Verdict
  readonly usage?: Usage | null
  readonly outcome: Outcome
  readonly verified: boolean | null
  readonly by: string
  readonly reason: string
  /** Whether whoever ends it does not know if somebody wants it stopped: then that is answered, and nothing done. */
  readonly unlessAsked?: boolean
  readonly now: number
}

/** How a `finish` went. */
export type Finished =
  | { readonly ended: Fenced; readonly settled: boolean; readonly asked?: never }
  | { readonly asked: { readonly reason: string; readonly by: string } }

export interface ClaimInput {
  readonly agent: string
  readonly host: string
  /**
   * Lanes the attempt passes, sorted. Every gate must be passing, or probing without a canary: then one attempt is
   * taken, and is the canary of all of them. A ramp bounds how many unproven attempts may be under way. Refused with
   * `gate.unfolded` while an ending that may shut one of them is not folded yet.
   */
  readonly lanes: readonly string[]
  readonly demandIds: readonly number[]
  readonly agentSlots: number
  readonly hostSlots: number
  /** One nonce and one token hash per wished attempt; the claim takes at most this many. */
  readonly seeds: readonly { readonly nonce: string; readonly tokenHash: string }[]
  /** Attempts under way at once, at most, besides the slots: per lane, and per label of their tasks. */
  readonly caps?: Caps
  /** Calm windows by name, with what limits each. */
  readonly windows?: Readonly<Record<string, WindowCaps>>
  readonly configHash: string
  readonly leaseUntil: number
  readonly now: number
}

/** What a claim's bounds beyond gates and slots are judged by. */
export type BoundsInput = Pick<ClaimInput, 'host' | 'caps' | 'windows' | 'now'>

export interface Claimed {
  readonly attempt: Attempt
  readonly task: Task
  /** The questions of the task that were answered, oldest first. */
  readonly answers: readonly Hold[]
}

export interface ClaimResult {
  readonly claimed: readonly Claimed[]
  /** Why fewer than wished were taken, when a gate or a cap was the reason. */
  readonly refused: Refusal | null
}

export interface FoldInput {
  readonly from: number
  readonly to: number
  /** Lanes as they are now, each with the revision it was judged from. */
  readonly lanes: readonly Lane[]
  /** Attempts whose endings are folded by this; claims no longer wait for them. */
  readonly attemptIds: readonly number[]
  readonly facts: readonly FactBody[]
  readonly incidents: readonly IncidentMove[]
  readonly now: number
}

export interface Counts {
  readonly held: number
  readonly ready: number
  readonly taken: number
  readonly done: number
  readonly failed: number
  readonly cancelled: number
}

/** What an ending is compared with before anybody pays for it. */
export interface Standing {
  /** Lanes of the attempt that are not passing. */
  readonly notPassing: readonly string[]
  /** Attempts at other tasks that ended well in exactly these lanes, newest first, of the newest 500 of all. */
  readonly wellIds: readonly number[]
  /** How many other tasks of the same kind of work are unsettled and wait for no more than time; bounded. */
  readonly others: number
}

export interface TaskFilter {
  readonly ids?: readonly number[]
  readonly states?: readonly TaskState[]
  readonly outcomes?: readonly Outcome[]
  readonly agent?: string
  readonly label?: string
  /**
   * Only tasks whose title has each of these in it, in whatever case. Looked for in `wordsWithin` ids below the cursor at
   * most, so a page may be short, or empty, and yet have a next one.
   */
  readonly words?: readonly string[]
  /** Only tasks with an id below this one: the cursor of the next page. Newest first. */
  readonly before?: number
  readonly limit: number
}

export interface FactFilter {
  readonly taskId?: number
  readonly attemptId?: number
  readonly kinds?: readonly FactKind[]
  /** Only facts with a greater id. */
  readonly after?: number
  /** Only facts with a lesser id. */
  readonly before?: number
  readonly newestFirst?: boolean
  readonly limit: number
}

export interface HostRow {
  readonly name: string
  readonly bootId: string
  readonly pid: number
  readonly startTicks: string | null
  readonly pulseAt: number
  readonly running: boolean
  /** The supervisor that started it; absent when it runs by itself. */
  readonly under?: { readonly pid: number; readonly startTicks: string | null }
}

/** A host's row with what it said of itself at its last pulse. */
export interface HostSeen extends HostRow {
  /** How many attempts it runs at once; null before its first pulse. */
  readonly slots: number | null
  readonly labels: readonly string[]
  /** By how many ms its clock was behind the store's; null where there is no other clock, or it was never told. */
  readonly behindMs: number | null
}

/** A fact that may mean something to a lane, with the attempt it is about as it is now. */
export interface UnfoldedFact {
  readonly fact: Fact
  readonly attempt: Pick<Attempt, 'id' | 'taskId' | 'agent' | 'host' | 'lanes' | 'verdict'> | null
}

export interface Unfolded {
  /** The stored cursor: facts up to here are folded. */
  readonly from: number
  /** Folding this page brings the cursor here. */
  readonly to: number
  readonly facts: readonly UnfoldedFact[]
  /** The lanes of those attempts as far as they have rows, and every lane that is not wholly passing. */
  readonly lanes: readonly Lane[]
  readonly newestAttempt: number
}

/** The attempt and the task it works on, for the loops. */
export interface OpenAttempt {
  readonly attempt: Attempt
  readonly task: Task
}
