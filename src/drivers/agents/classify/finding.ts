// What a look at an ending found, before it becomes a verdict: the class, the sentence that led to it, and the words in
// which a reset may be stated.

import { failureTable } from '../../../model/failure.ts'
import type { Blame, FailureClass } from '../../../model/failure.ts'
import { shorten } from './channels.ts'

export interface Finding {
  readonly class: FailureClass
  /** What was seen, one sentence. */
  readonly evidence: string
  /** Where the fault lies elsewhere than the class's own row says. */
  readonly blame?: Blame
  /** Text or JSON of the error channel in which a reset may be stated. */
  readonly resetText?: string
}

/** A finding with its evidence cut to fit one sentence. */
export function finding(
  failureClass: FailureClass,
  evidence: string,
  more: Omit<Finding, 'class' | 'evidence'> = {},
): Finding {
  return {
    class: failureClass,
    evidence: shorten(evidence.replace(/\s+/g, ' ').trim(), 400),
    ...more,
  }
}

/** Classes whose reset, where one is stated, is worth waiting for. */
const resettable: ReadonlySet<FailureClass> = new Set([
  'rate_limited',
  'credits_depleted',
  'overloaded',
])

export function mayReset(failureClass: FailureClass): boolean {
  return resettable.has(failureClass)
}

/** Who is at fault; a rate limit that names no reset is the provider's pace, not the account's quota. */
export function blameOf(found: Finding, resetAt: number | null): Blame {
  if (found.blame !== undefined) return found.blame
  if (found.class === 'rate_limited' && resetAt === null) return 'provider'
  return failureTable[found.class].blame
}
