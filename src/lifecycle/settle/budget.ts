// Judges what an unsettled task does next, from the rows of its attempts and from how others fared meanwhile: nothing
// here is counted in memory, so nothing can latch (outage S2). The class of an ending is final; who pays for it is computed
// when it matters, by comparison (docs/decisions/0007-who-pays.md).

import type { Attempt } from '../../model/attempt.ts'
import { type FailureClass, failureTable, isDroppedFlag } from '../../model/failure.ts'
import type { Release } from '../../model/hold.ts'
import { laneKind } from '../../model/lane-rules.ts'

export interface BudgetRules {
  readonly backoffMs: readonly number[]
  readonly unchargedMax: number
  readonly attemptsMax: number
  /** Whether the ending's lane is out of order and its agent has another account or model whose lanes pass. */
  readonly failover?: boolean
  /** Spreads a wait, so that a crowd does not return in step. */
  readonly jitter: (ms: number) => number
}

/** How the lanes of an attempt fare, and who else passed them. */
export interface Comparison {
  readonly notPassing: readonly string[]
  /** Attempts at other tasks that ended well in the same lanes lately. */
  readonly wellIds: readonly number[]
  /** How many other tasks could be compared with this one. */
  readonly others: number
}

export type Next =
  | { readonly next: 'fail'; readonly reason: string }
  | {
      readonly next: 'retry'
      readonly holds: readonly Release[]
      readonly charged: boolean
      readonly reason: string
      /** What a person is told, where waiting alone did not help. */
      readonly tell: string | null
    }

const dayMs = 24 * 3_600_000
const hourMs = 3_600_000

/** Whether an ending of this class is charged to its task, if comparison does not show otherwise. */
export const isCharged = (name: FailureClass): boolean => failureTable[name].pays.startsWith('task')

/**
 * What follows the newest of `history` (ended attempts of one task, oldest first), when nothing settled the task.
 * `compare` answers for the lanes of an attempt. Every ending waits by the backoff list, whoever pays, except one that
 * provably never started, was refused an optional flag that is now left out, or goes on with another account. No task
 * fails while a lane of its newest attempt is not passing.
 */
export function nextAfter(
  history: readonly Attempt[],
  rules: BudgetRules,
  now: number,
  compare: (attempt: Attempt) => Comparison,
): Next {
  const attempt = history.at(-1)
  const newest = attempt?.verdict ?? null
  if (attempt === undefined || newest === null) return again([], false, 'no attempt yet')
  const counted = countedOf(history, compare)
  // What comes after the last one it can pay for is free, and bounded as such.
  const paid = new Set([...counted].slice(0, rules.attemptsMax))
  const charged = paid.has(attempt)
  const reason = `${newest.class}: ${newest.evidence}`
  const spent =
    counted.size >= rules.attemptsMax && (counted.has(attempt) || isCharged(newest.class))
  if (spent || takesAll(newest.class, history)) {
    const [stopped] = compare(attempt).notPassing
    const used = takesAll(newest.class, history)
      ? ''
      : ` (attempt ${counted.size} of ${rules.attemptsMax})`
    if (stopped === undefined) return { next: 'fail', reason: `${reason}${used}` }
    const long = tooMany(history, paid, rules, now)
    return again(
      [long?.hold ?? backoff(history, rules, now)],
      charged,
      `${reason}; not settled while ${stopped} is not passing`,
      long?.tell ?? null,
    )
  }
  if (newest.neverStarted || isDroppedFlag(newest)) return again([], false, reason)
  const goesOn = rules.failover === true && !charged
  const long =
    tooMany(history, counted, rules, now) ??
    (goesOn ? null : alone(history, counted, compare(attempt), rules, now))
  if (long === null) return again(goesOn ? [] : [backoff(history, rules, now)], charged, reason)
  return again([long.hold], charged, reason, long.tell)
}

const again = (
  holds: readonly Release[],
  charged: boolean,
  reason: string,
  tell: string | null = null,
): Next => ({ next: 'retry', holds, charged, reason, tell })

/** The attempts that count against the task. */
function countedOf(
  history: readonly Attempt[],
  compare: (attempt: Attempt) => Comparison,
): Set<Attempt> {
  // One outage counts once, however often the task met it: others have to pass before its next attempt.
  const passed = new Set(history.filter((one, i) => othersPassed(one, compare, history[i + 1]?.id)))
  const counted = new Set(history.filter((one) => isOwn(one, compare(one), passed.has(one))))
  const suspects = history.filter((one) => isSuspect(one) && passed.has(one))
  for (const one of suspects) {
    const same = suspects.filter((other) => other.verdict?.class === one.verdict?.class)
    if (same.length >= suspicious) counted.add(one)
  }
  return counted
}

/** The same uncharged class this often on one task, while others pass, is the task's. */
const suspicious = 3

/**
 * A class charged to the task is the task's own when its lanes are known to work: a plain program has no client that
 * could have swallowed the call; a session in which the model spoke has proven its lanes itself; else others must have
 * passed there before the task's next attempt, unless there is no other to compare with.
 */
function isOwn(attempt: Attempt, { others }: Comparison, havePassed: boolean): boolean {
  if (attempt.verdict === null || !isCharged(attempt.verdict.class)) return false
  if (isPlain(attempt) || provedItself(attempt)) return true
  return others === 0 || havePassed
}

const isPlain = ({ lanes }: Attempt): boolean => !lanes.some((lane) => laneKind(lane) === 'cli')

const spokenClasses: ReadonlySet<FailureClass> = new Set([
  'max_turns',
  'timeout',
  'context_too_large',
  'content_refused',
])

const provedItself = ({ verdict, usage, said }: Attempt): boolean =>
  (verdict !== null && spokenClasses.has(verdict.class)) ||
  said !== null ||
  (usage !== null && (usage.turns > 0 || usage.outputTokens > 0))

/**
 * Whether another was begun after it, and before `beforeId`, and ended well. One that was begun before may have passed the
 * place where this one failed while it was still sound. Ids tell the order; the clocks of two hosts do not.
 */
function othersPassed(
  attempt: Attempt,
  compare: (attempt: Attempt) => Comparison,
  beforeId = Number.POSITIVE_INFINITY,
): boolean {
  return compare(attempt).wellIds.some((id) => id > attempt.id && id < beforeId)
}

/** Classes a lane pays for whose cause may after all be the task. A stated limit or a refused key never is. */
const suspectClasses: ReadonlySet<FailureClass> = new Set([
  'launch_failed',
  'resource_exhausted',
  'argument_error',
  'tool_permission',
  'model_unavailable',
  'overloaded',
  'network',
  'unknown',
])

const isSuspect = ({ verdict }: Attempt): boolean =>
  verdict !== null &&
  suspectClasses.has(verdict.class) &&
  !verdict.neverStarted &&
  !isDroppedFlag(verdict)

/** Classes that end the task at once: a refusal by the model, and a context that was too large twice. */
function takesAll(name: FailureClass, history: readonly Attempt[]): boolean {
  if (failureTable[name].pays === 'task-all') return true
  const same = history.filter((attempt) => attempt.verdict?.class === name)
  return name === 'context_too_large' && same.length >= 2
}

interface LongHold {
  readonly hold: Release
  readonly tell: string | null
}

const cooldown = (until: number): Release => ({ kind: 'time', until, why: 'cooldown' })

/** Nothing is free for ever: too many uncharged attempts within a day put the task on a cooldown, and a person is told. */
function tooMany(
  history: readonly Attempt[],
  counted: ReadonlySet<Attempt>,
  rules: BudgetRules,
  now: number,
): LongHold | null {
  const recent = history.filter((one) => !counted.has(one) && (one.endedAt ?? 0) > now - dayMs)
  if (recent.length < rules.unchargedMax) return null
  const tell = `had ${recent.length} attempts within a day that nobody can be charged for`
  return { hold: cooldown(now + rules.jitter(hourMs)), tell }
}

/** Endings that say nothing about why a task does not get on. */
const passedOver: ReadonlySet<FailureClass> = new Set(['interrupted', 'lost'])
const aloneHoldsAfter = 3
const aloneTellsAfter = 6
const longestAloneMs = 4 * hourMs

/** Where too few tasks could run for a lane to be suspected, the task itself waits, longer each time. */
function alone(
  history: readonly Attempt[],
  counted: ReadonlySet<Attempt>,
  { others }: Comparison,
  rules: BudgetRules,
  now: number,
): LongHold | null {
  if (others >= 2) return null
  const telling = history.filter(
    ({ verdict }) => verdict !== null && !passedOver.has(verdict.class) && !verdict.neverStarted,
  )
  const inRow = telling.length - 1 - telling.findLastIndex((one) => counted.has(one))
  if (inRow < aloneHoldsAfter || passedOver.has(history.at(-1)?.verdict?.class ?? 'lost'))
    return null
  const waitMs = Math.min(hourMs * 2 ** (inRow - aloneHoldsAfter), longestAloneMs)
  const tell =
    inRow < aloneTellsAfter ? null : `ended ${inRow} times in a row without anybody to charge`
  return { hold: cooldown(now + rules.jitter(waitMs)), tell }
}

function backoff(history: readonly Attempt[], rules: BudgetRules, now: number): Release {
  const step = Math.min(history.length, rules.backoffMs.length) - 1
  const waitMs = rules.backoffMs[Math.max(0, step)] ?? 0
  return { kind: 'time', until: now + rules.jitter(waitMs), why: 'backoff' }
}
