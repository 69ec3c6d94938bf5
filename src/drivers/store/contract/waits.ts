// Holds that somebody looks at: checks that are polled, and questions that a person answers, in time or not.

import type { Hold, HoldState, Release } from '../../../model/hold.ts'
import type { Look } from '../../../model/probe.ts'
import type { Fenced } from '../../../model/refusal.ts'

export interface WaitVerbs {
  /** One hold by its id, live or released. */
  holdById(id: number): Promise<Hold | null>
  /**
   * Live holds of that kind whose look is due, the earliest first. They are the caller's for `takeMs`
   * beyond what one look may take: nobody else is given them meanwhile, and whoever dies with one leaves it to the next.
   */
  takeLooks(input: {
    kind: 'check' | 'person'
    now: number
    takeMs: number
    limit: number
  }): Promise<readonly Hold[]>
  /** One look of a check: met releases the hold; else it is looked at again at `nextAt`. */
  noteLook(input: {
    holdId: number
    look: Look
    nextAt: number
    now: number
  }): Promise<Fenced<{ released: boolean; state: HoldState }>>
  /** Lets a hold that was taken be looked at again at that time: whoever took it leaves. */
  lookAgain(input: { holdId: number; at: number }): Promise<void>
  /** Tells of a question once more: its incident is told anew. Looked at again at `nextAt`. */
  remind(input: { holdId: number; nextAt: number | null; now: number }): Promise<void>
  /** A person's answer: releases the hold, and stands in the next attempt's order. Refused when it is released. */
  answer(input: {
    holdId: number
    by: string
    text: string
    now: number
  }): Promise<Fenced<{ ready: boolean }>>
  /** Live holds that only a person ends, oldest first, after a cursor. */
  waitingForPersons(input: { after: number; limit: number }): Promise<readonly Hold[]>
  /** How many live holds wait for this task. */
  countFollowers(taskId: number): Promise<number>
  /**
   * A session asks a person: its question is kept and its session stopped; once it has ended, its task waits for the
   * answer, at no cost. Refused when the attempt is ended or no longer holds its task.
   */
  ask(input: { attemptId: number; question: string; now: number }): Promise<Fenced>
  /**
   * A session wants its own task to wait: it is kept and its session stopped; once it has ended, its task waits, at no
   * cost, and goes on by itself. Refused as `ask` is, and where the tasks would wait for each other in a circle.
   */
  waitFor(input: { attemptId: number; release: Release; now: number }): Promise<Fenced>
}
