// Judges what an unsettled task does next, from the rows of its attempts alone: nothing here is counted in memory, so
// nothing can latch (outage S2). Who pays stands in model/failure.ts; how long to wait in the configuration.

import type { Attempt } from '../../model/attempt.ts'
import { type FailureClass, failureTable } from '../../model/failure.ts'
import type { Release } from '../../model/hold.ts'

export interface BudgetRules {
  readonly backoffMs: readonly number[]
  readonly unchargedMax: number
  readonly attemptsMax: number
  /** Spreads a wait, so that a crowd does not return in step. */
  readonly jitter: (ms: number) => number
}

export type Next =
  | { readonly next: 'fail'; readonly reason: string }
  | {
      readonly next: 'retry'
      readonly holds: readonly Release[]
      readonly charged: boolean
      readonly reason: string
    }

const dayMs = 24 * 3_600_000
const cooldownMs = 3_600_000

/** Whether an ending of this class counts against the task's budget. */
export const isCharged = (name: FailureClass): boolean => failureTable[name].pays.startsWith('task')

/**
 * What follows the newest of `history` (ended attempts of one task, oldest first), when nothing settled the task.
 * Every ending waits by the backoff list, whoever pays, except one that provably never started.
 */
export function nextAfter(history: readonly Attempt[], rules: BudgetRules, now: number): Next {
  const newest = history.at(-1)?.verdict ?? null
  if (newest === null) return { next: 'retry', holds: [], charged: false, reason: 'no attempt yet' }
  const charged = history.filter(
    (attempt) => attempt.verdict !== null && isCharged(attempt.verdict.class),
  )
  const reason = `${newest.class}: ${newest.evidence}`
  if (takesAll(newest.class, history)) return { next: 'fail', reason }
  if (isCharged(newest.class) && charged.length >= rules.attemptsMax)
    return { next: 'fail', reason: `${reason} (attempt ${charged.length} of ${rules.attemptsMax})` }
  if (newest.neverStarted) return { next: 'retry', holds: [], charged: false, reason }
  const holds = [uncharged(history, rules, now) ?? backoff(history, rules, now)]
  return { next: 'retry', holds, charged: isCharged(newest.class), reason }
}

/** Classes that end the task at once: a refusal by the model, and a context that was too large twice. */
function takesAll(name: FailureClass, history: readonly Attempt[]): boolean {
  if (failureTable[name].pays === 'task-all') return true
  const same = history.filter((attempt) => attempt.verdict?.class === name)
  return name === 'context_too_large' && same.length >= 2
}

/** Nothing is free for ever: too many uncharged attempts within a day put the task on a cooldown. */
function uncharged(history: readonly Attempt[], rules: BudgetRules, now: number): Release | null {
  const recent = history.filter(
    ({ verdict, endedAt }) =>
      verdict !== null && !isCharged(verdict.class) && (endedAt ?? 0) > now - dayMs,
  )
  if (recent.length < rules.unchargedMax) return null
  return { kind: 'time', until: now + rules.jitter(cooldownMs), why: 'cooldown' }
}

function backoff(history: readonly Attempt[], rules: BudgetRules, now: number): Release {
  const step = Math.min(history.length, rules.backoffMs.length) - 1
  const waitMs = rules.backoffMs[Math.max(0, step)] ?? 0
  return { kind: 'time', until: now + rules.jitter(waitMs), why: 'backoff' }
}
