// Judges an attempt's end together with the task's check. The agent's word and the session's exit are claims; where a
// task has a check, the check decides, and a check that could not run is neither yes nor no.

import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'
import type { Outcome, Task } from '../../model/task.ts'
import { type BudgetRules, type Comparison, isCharged, nextAfter } from './budget.ts'
import type { Release } from '../../model/hold.ts'

/** What a task's check said. */
export type CheckResult =
  | { readonly check: 'none' }
  | { readonly check: 'yes' }
  | { readonly check: 'no'; readonly exitCode: number | null; readonly output: string }
  | { readonly check: 'broken'; readonly why: string }

/**
 * The attempt's verdict once the check has spoken. Who said that it was done and then idled until it was ended failed by what
 * the check saw, not by the time: its next attempt is told that.
 */
export function withCheck(
  verdict: Verdict,
  result: CheckResult,
  said: Attempt['said'] = null,
): Verdict {
  const isOver = verdict.class === 'timeout' && said?.word === 'done'
  switch (result.check) {
    case 'none':
    case 'yes':
      return verdict
    case 'no':
      if (verdict.class !== 'success' && !isOver) return verdict
      return {
        ...verdict,
        class: 'task_failed',
        blame: 'task',
        evidence: `the check said no (exit ${result.exitCode})${result.output ? `: ${result.output}` : ''}`,
      }
    case 'broken':
      // What the session itself ended of still teaches its lanes; a check that must be mended teaches them nothing.
      if (verdict.class !== 'success') return verdict
      return {
        ...verdict,
        class: 'unknown',
        blame: 'operator',
        evidence: `the check could not run: ${result.why}; the session ended ${verdict.class}`,
      }
  }
}

/** A review that ended well without a decision has not done what it was there for. */
export const withDecision = (verdict: Verdict, { order }: Pick<Task, 'order'>): Verdict =>
  order.reviewOf === undefined || verdict.class !== 'success'
    ? verdict
    : {
        ...verdict,
        class: 'task_failed',
        blame: 'task',
        evidence: 'it ended without a decision (`midwatch review`)',
      }

/** What is to be done with the task. */
export type Decision =
  | {
      readonly do: 'settle'
      readonly outcome: Outcome
      readonly verified: boolean | null
      readonly reason: string
    }
  /** The work is done as far as its maker and its check say; a second agent judges it. */
  | { readonly do: 'review'; readonly verified: boolean; readonly reason: string }
  | {
      readonly do: 'return'
      readonly holds: readonly Release[]
      readonly charged: boolean
      readonly reason: string
      /** What a person is told about the task, where waiting alone did not help. */
      readonly tell: string | null
    }

/**
 * Decides by verdict and check. `history` holds the task's ended attempts, oldest first, the judged one last.
 * `compare` tells how the lanes of an attempt fare. A task wanted `once` that was confirmed is never started again without a person.
 */
export function decide(
  task: Task,
  verdict: Verdict,
  result: CheckResult,
  history: readonly Attempt[],
  rules: BudgetRules,
  now: number,
  compare: (attempt: Attempt) => Comparison,
): Decision {
  const own = ownWaits(history.at(-1))
  if (own !== null) return own
  if (task.order.review === true && isWorkDone(verdict, result, history.at(-1))) {
    const seen = result.check === 'yes' ? 'the check said yes' : verdict.evidence
    return { do: 'review', verified: result.check === 'yes', reason: `to be reviewed: ${seen}` }
  }
  if (result.check === 'yes')
    return { do: 'settle', outcome: 'done', verified: true, reason: 'the check said yes' }
  if (result.check === 'broken')
    return waitForPerson(`its check could not run (${result.why}); mend it, then release`)
  if (verdict.class === 'success' && result.check === 'none')
    return { do: 'settle', outcome: 'done', verified: false, reason: verdict.evidence }
  const next = nextAfter(history, rules, now, compare)
  if (next.next === 'fail')
    return { do: 'settle', outcome: 'failed', verified: null, reason: next.reason }
  const confirmed = history.some((attempt) => attempt.confirmedAt !== null)
  if (task.order.once && confirmed)
    return waitForPerson(
      `it was wanted once and its attempt ended ${verdict.class}; start it again?`,
    )
  const { holds, charged, reason, tell } = next
  return { do: 'return', holds, charged, reason, tell }
}

/** Whether the maker's work is done: its check says so, or, where there is none, its ending or its word does. */
const isWorkDone = (
  verdict: Verdict,
  { check }: CheckResult,
  attempt: Attempt | undefined,
): boolean =>
  check === 'yes' ||
  (check === 'none' && (verdict.class === 'success' || attempt?.said?.word === 'done'))

const waitForPerson = (question: string): Decision => ({
  do: 'return',
  holds: [{ kind: 'person', question, told: 'the incident list' }],
  charged: false,
  reason: question,
  tell: null,
})

/**
 * No session idles while a person thinks, or while something else is to come: the task waits, at no cost, and its next
 * attempt is told the answer.
 */
function ownWaits(attempt: Attempt | undefined): Decision | null {
  if (attempt === undefined) return null
  const { id: attemptId, asked: question, waitsFor } = attempt
  if (question === undefined && waitsFor === undefined) return null
  const holds: Release[] = waitsFor === undefined ? [] : [waitsFor]
  if (question !== undefined)
    holds.push({ kind: 'person', question, told: 'the incident list', attemptId })
  const reason =
    question === undefined ? 'its session lets it wait' : `it asks a person: ${question}`
  return { do: 'return', holds, charged: false, reason, tell: null }
}

/** A session that was ended for asking or waiting is charged to nobody; what else it ended of still teaches its lanes. */
export function withOwnWaits(
  verdict: Verdict,
  attempt: Pick<Attempt, 'asked' | 'waitsFor'> | null,
): Verdict {
  if (attempt?.asked === undefined && attempt?.waitsFor === undefined) return verdict
  if (!isCharged(verdict.class)) return verdict
  const { asked } = attempt
  const evidence = asked === undefined ? 'it lets its task wait' : `it asked a person: ${asked}`
  return { ...verdict, class: 'interrupted', blame: 'nobody', evidence }
}

/**
 * Whether a task's check is to be run after this ending: however the session ended, unless nothing of it ran, or somebody
 * asked for the stop and would not expect that more is started.
 */
export const needsCheck = (
  task: Pick<Task, 'order'>,
  attempt: Attempt,
  verdict: Verdict,
): boolean =>
  task.order.verify !== null &&
  verdict.class !== 'launch_failed' &&
  !verdict.neverStarted &&
  attempt.stop === null
