// Before me: an attempt whose session is proven to be over. After me: an ended attempt, and a task that is settled or
// ready again. Two arrows, in one commit where the ending alone decides; a crash between two is a pause, for the loop finds the
// ended attempt whose task is still taken. I promise: a task is settled once, and a late ending never reopens it.

import type { Clock } from '../../base/clock.ts'
import { present, unreachable } from '../../base/assert.ts'
import type { Attempt, Usage } from '../../model/attempt.ts'
import type { FailureClass, Verdict } from '../../model/failure.ts'
import type { Task } from '../../model/task.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { BudgetRules, Comparison } from './budget.ts'
import { reviewWant } from './review-want.ts'
import { learnStated } from './stated.ts'
import {
  type CheckResult,
  type Decision,
  decide,
  withCheck,
  withDecision,
  withOwnWaits,
} from './verdict.ts'

export interface SettleDeps {
  readonly store: Store
  readonly clock: Clock
  readonly rules: Omit<BudgetRules, 'attemptsMax' | 'failover'>
  /** Whether the agent of this attempt can go on at once by another account or model. */
  readonly failover?: (attempt: Attempt) => Promise<boolean>
  /** What a session consumed, with its cost where that can be told. */
  readonly price?: (attempt: Attempt, usage: Usage) => Usage
  /** Where the attempt worked, for whoever judges its work. */
  readonly cwdOf: (task: Task, attempt: Attempt) => Promise<string>
}

/** A review is judged by whether it decided, too. */
export async function judgedReview(
  { store }: Pick<SettleDeps, 'store'>,
  task: Task,
  verdict: Verdict,
): Promise<Verdict> {
  if (task.order.reviewOf === undefined) return verdict
  const review = await store.review(task.id)
  return review?.decision ? verdict : withDecision(verdict, task)
}

/** Ends the attempt with its final verdict. A refusal means somebody ended it before; that is no error. */
export async function endAttempt(
  deps: SettleDeps,
  attempt: Attempt,
  verdict: Verdict,
  result: CheckResult,
  usage: Usage | null,
): Promise<Verdict> {
  const known = await deps.store.attempt(attempt.id)
  const final = withOwnWaits(withCheck(verdict, result, known?.said), known)
  const cost = priced(deps, attempt, usage)
  const now = deps.clock.now()
  await learnStated(deps, attempt, final)
  await deps.store.end({ attemptId: attempt.id, verdict: final, usage: cost, now })
  return final
}

/** Records that an attempt of another host is lost; false where its lease was renewed since it was read. */
export async function endLost(
  { store, clock }: SettleDeps,
  { id, leaseUntil }: Attempt,
  verdict: Verdict,
): Promise<boolean> {
  const final = withOwnWaits(verdict, await store.attempt(id))
  const ended = await store.end({
    attemptId: id,
    verdict: final,
    usage: null,
    leaseUntil,
    now: clock.now(),
  })
  return ended.ok || ended.refusal.code !== 'attempt.renewed'
}

/**
 * Ends the attempt and settles its task at once, where a good ending alone decides: a taken task's order is edited by nobody, and
 * what the session asked meanwhile the store itself looks at, and what somebody asked of it (`unlessAsked`). Null, with nothing
 * done, where it does not decide; a task that was not settled is left to `settleAfter`.
 */
export async function finishAttempt(
  deps: SettleDeps,
  task: Task,
  attempt: Attempt,
  verdict: Verdict,
  result: CheckResult,
  usage: Usage | null,
  unlessAsked: boolean,
): Promise<{ verdict: Verdict; settled: boolean } | null> {
  if (verdict.class !== 'success' || !decides(verdict, result)) return null
  const now = deps.clock.now()
  const rules = { ...deps.rules, attemptsMax: task.attemptsMax, failover: false }
  const compare = await comparisons(deps.store, task, [])
  const decision = decide(task, verdict, result, [], rules, now, compare)
  if (decision.do !== 'settle') return null
  const { outcome, verified, reason } = decision
  const finished = await deps.store.finish({
    taskId: task.id,
    attemptId: attempt.id,
    by: `attempt ${attempt.id}`,
    outcome,
    verified,
    reason,
    verdict,
    usage: priced(deps, attempt, usage),
    unlessAsked,
    now,
  })
  return finished.asked === undefined ? { verdict, settled: finished.settled } : null
}

const isHeldBy = (task: Task | null, { id }: Attempt): task is Task =>
  task?.state === 'taken' && task.attemptId === id

const priced = ({ price }: SettleDeps, attempt: Attempt, usage: Usage | null): Usage | null =>
  usage === null ? null : (price?.(attempt, usage) ?? usage)

/** Settles the task of an ended attempt or gives it back; does nothing where the attempt no longer holds it. */
export async function settleAfter(
  deps: SettleDeps,
  task: Task,
  attempt: Attempt,
  verdict: Verdict,
  result: CheckResult,
): Promise<Decision | null> {
  const { store, clock } = deps
  const [newest, all] = await Promise.all([store.task(task.id), store.attemptsOf(task.id)])
  if (!isHeldBy(newest, attempt)) return null
  const history = all.filter((one) => one.state === 'ended')
  const compare = await comparisons(store, newest, decides(verdict, result) ? [] : history)
  const now = clock.now()
  const failover = failsOver.has(verdict.class) && (await deps.failover?.(attempt)) === true
  const rules = { ...deps.rules, attemptsMax: task.attemptsMax, failover }
  const decision = decide(newest, verdict, result, history, rules, now, compare)
  await carryOut(deps, newest, attempt, verdict, decision, now)
  return decision
}

/** Classes that are their account's or their model's. */
const failsOver: ReadonlySet<FailureClass> = new Set([
  'rate_limited',
  'credits_depleted',
  'auth_error',
  'model_unavailable',
])

/** Whether the ending alone decides, with nothing to compare. */
const decides = (verdict: Verdict, { check }: CheckResult): boolean =>
  check === 'yes' || check === 'broken' || (verdict.class === 'success' && check === 'none')

/** How the lanes of these attempts fare: asked once for each set of lanes. */
async function comparisons(
  store: Store,
  task: Task,
  history: readonly Attempt[],
): Promise<(attempt: Attempt) => Comparison> {
  const known = new Map<string, Comparison>()
  for (const { lanes } of history) {
    const key = lanes.join(' ')
    if (known.has(key)) continue
    known.set(key, await store.standing({ taskId: task.id, lanes, workKind: task.demand.kind }))
  }
  return ({ lanes }) =>
    present(known.get(lanes.join(' ')), 'the lanes of every ended attempt were asked for')
}

async function carryOut(
  { store, cwdOf }: SettleDeps,
  task: Task,
  attempt: Attempt,
  verdict: Verdict,
  decision: Decision,
  now: number,
): Promise<void> {
  const fence = { taskId: task.id, attemptId: attempt.id, reason: decision.reason, now }
  switch (decision.do) {
    case 'settle': {
      const { outcome, verified } = decision
      await store.settle({ ...fence, outcome, verified, by: `attempt ${attempt.id}` })
      return
    }
    case 'review': {
      const words = reviewWant(task, attempt, verdict, await cwdOf(task, attempt))
      const { verified } = decision
      await store.offerReview({ ...fence, verified, maker: attempt.agent, want: { ...words, now } })
      return
    }
    case 'return':
      await giveBack(store, fence, decision)
      if (decision.tell !== null)
        await store.openIncident({
          key: `stuck:${task.id}`,
          title: `task ${task.id} ${decision.tell}: ${decision.reason}`,
          now,
        })
      return
    default:
      unreachable(decision)
  }
}

/** What would wait in a circle by now waits for a person instead: a session said it before the others did. */
async function giveBack(
  store: Store,
  fence: { taskId: number; attemptId: number; reason: string; now: number },
  { holds, charged }: Extract<Decision, { do: 'return' }>,
): Promise<void> {
  const back = await store.giveBack({ ...fence, holds, charged })
  if (back.ok || back.refusal.code !== 'hold.circle') return
  const question = `${back.refusal.sentence}; release it when it may go on`
  const hold = { kind: 'person', question, told: 'the incident list' } as const
  await store.giveBack({ ...fence, holds: [hold], charged })
}
