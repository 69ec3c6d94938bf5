// Judges one lane by what was seen of one attempt or of the world. Before me: a lane as its facts have made it. After
// me: the lane as it is now, and how it moved. I promise: while a gate is shut or probing only its recorded canary or a
// change of the world moves it; a streak is cleared by evidence of its own kind alone; every state has a way back.

import { present } from '../../base/assert.ts'
import type { FailureClass } from '../../model/failure.ts'
import { houseName } from '../../model/gate.ts'
import type { Lane, LaneMemory, StreakEntry } from '../../model/lane.ts'
import {
  type LaneKind,
  type LaneRule,
  laneKind,
  laneRules,
  leastStage,
  massLoss,
  rampSteps,
  reaches,
  relapseMs,
  type Stage,
} from '../../model/lane-rules.ts'

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
    }
  | { readonly seen: 'tested'; readonly at: number; readonly passed: boolean; readonly by: string }

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

export interface BreakerRules {
  /** The newest attempt there is: those up to it were claimed before whatever is judged now. */
  readonly newestAttempt: number
  /** Spreads a wait, so that a crowd does not return in step. */
  readonly jitter: (ms: number) => number
  /** What is added to a stated reset. */
  readonly afterReset: () => number
}

/** The lane after what was seen, or null when that changes nothing. */
export function judge(lane: Lane, seen: Seen, rules: BreakerRules): Judged | null {
  const kind = laneKind(lane.lane)
  if (kind === null) return null
  switch (seen.seen) {
    case 'charge':
      return charge(lane, seen, rules)
    case 'evidence':
      return evidence(lane, kind, seen)
    case 'over':
      return over(lane, kind, seen, rules)
    case 'loss':
      return loss(lane, seen)
    case 'changed':
      return changed(lane, seen)
    case 'tested':
      return tested(lane, kind, seen, rules)
  }
}

type Of<S extends Seen['seen']> = Extract<Seen, { seen: S }>

function charge(lane: Lane, seen: Of<'charge'>, rules: BreakerRules): Judged | null {
  const { gate, memory } = lane
  const { rule, entry } = seen
  if (gate.state === 'probing')
    return gate.canary === entry.attempt ? shut(lane, seen, [entry], rules) : null
  if (gate.state !== 'passing' || entry.attempt <= memory.cut) return null
  const streak = [...memory.streak.filter((one) => one.task !== entry.task), entry].slice(
    -streakKept,
  )
  // A lane that is just coming back gets no second chance: one failure is enough.
  const relapses = gate.ramp !== undefined && rule.across === undefined
  if (relapses || trips(streak, rule)) return shut(lane, seen, streak, rules)
  return { lane: { ...lane, memory: { ...memory, streak } }, move: null }
}

const streakKept = 8

function trips(streak: readonly StreakEntry[], rule: LaneRule): boolean {
  if (streak.length < rule.after) return false
  if (rule.across === undefined) return true
  const names = streak.map((one) => (rule.across === 'agent' ? one.agent : one.provider))
  return new Set(names.filter((name) => name !== null)).size >= 2
}

function shut(
  lane: Lane,
  seen: Of<'charge'>,
  streak: readonly StreakEntry[],
  rules: BreakerRules,
): Judged {
  const { rule, at, stated } = seen
  const { memory } = lane
  const isFresh =
    lane.gate.state === 'passing' && lane.gate.ramp === undefined && !isRelapse(memory, at)
  const wait = isFresh ? 0 : memory.wait
  const kept = {
    ...memory,
    streak,
    wait: wait + 1,
    shutBy: rule.class,
    cut: rules.newestAttempt,
    proven: [],
  }
  const until = untilOf(rule, wait, at, stated, rules)
  const reason = `${rule.class}: ${stated.evidence}${inRow(streak, rule, wait)}`
  if (until === null) {
    const gate = { state: 'pinned' as const, since: at, until: null, by: houseName, reason }
    return {
      lane: { ...lane, gate, memory: kept },
      move: { to: 'pinned', class: rule.class, reason },
    }
  }
  const gate = { state: 'shut' as const, since: at, until, reason }
  const tell = wait + 1 >= rule.tellAfter
  return {
    lane: { ...lane, gate, memory: kept },
    move: { to: 'shut', class: rule.class, reason, until, wait, tell },
  }
}

const isRelapse = ({ backAt }: LaneMemory, at: number): boolean =>
  backAt !== null && at - backAt <= relapseMs

/** "Dispatch attempts 3 of 5" of an agent, "3 tasks in a row" of the others. */
function inRow(
  streak: readonly StreakEntry[],
  { after, back, tellAfter }: LaneRule,
  wait: number,
): string {
  if (after > 1 && streak.length > 1) return ` (${streak.length} tasks in a row)`
  if (tellAfter === 1 || back.by !== 'waits') return ''
  return ` (try ${Math.min(wait + 1, back.waitsMs.length)} of ${back.waitsMs.length - 1})`
}

const longestResetMs = 31 * 24 * 3_600_000

/** When it is probed next, or null when only a person can mend it. `wait` counts the waits already used up. */
function untilOf(
  rule: LaneRule,
  wait: number,
  at: number,
  stated: Stated,
  rules: BreakerRules,
): number | null {
  const { back } = rule
  if (back.by === 'person') return null
  const { resetAt } = stated
  if (back.by === 'reset') {
    if (resetAt !== null && resetAt > at) {
      // A reset that keeps moving ahead of us is not believed again and again at full pace (574 retries of one limit).
      const least = wait === 0 ? at : at + nth(back.waitsMs, wait - 1)
      return Math.max(Math.min(resetAt, at + longestResetMs) + rules.afterReset(), least)
    }
    if (stated.needsPerson) return null
  }
  return at + rules.jitter(nth(back.waitsMs, wait))
}

const nth = (list: readonly number[], index: number): number =>
  present(list[Math.min(index, list.length - 1)], 'a row names at least one wait')

function evidence(lane: Lane, kind: LaneKind, seen: Of<'evidence'>): Judged | null {
  const { gate, memory } = lane
  const { attempt, stage } = seen
  const enough = reaches(stage, proofOf(kind, memory.shutBy))
  if (gate.state === 'probing')
    return gate.canary === attempt && enough ? comeBack(lane, attempt) : null
  if (gate.state !== 'passing') return null
  const streak = memory.streak.filter((one) => !reaches(stage, proofOf(kind, one.class)))
  const cleared = streak.length < memory.streak.length
  const calm = memory.mass && kind === 'host'
  const held = { ...lane, memory: { ...memory, streak, mass: memory.mass && !calm } }
  if (gate.ramp !== undefined && enough && attempt > memory.cut && !memory.proven.includes(attempt))
    return step(held, gate.ramp, seen)
  return cleared || calm ? { lane: held, move: calm ? { to: 'calm' } : null } : null
}

/** The stage that disproves a failure on this kind of lane: never earlier than the failure itself shows. */
function proofOf(kind: LaneKind, name: FailureClass | null): Stage {
  const least = leastStage[kind]
  const proof = name === null ? null : ruleOf(kind, name)?.proof
  return proof && reaches(proof, least) ? proof : least
}

const ruleOf = (kind: LaneKind, name: FailureClass): LaneRule | null =>
  laneRules.find((one) => one.lane === kind && one.class === name) ?? null

function comeBack(lane: Lane, attempt: number): Judged {
  const ramp = present(rampSteps[0], 'a ramp has a first step')
  const memory = { ...lane.memory, streak: [], proven: [attempt] }
  const by = `attempt ${attempt} gave evidence`
  return {
    lane: { ...lane, gate: { state: 'passing', ramp }, memory },
    move: { to: 'passing', by, ramp },
  }
}

function step(lane: Lane, ramp: number, { attempt, at }: Of<'evidence'>): Judged {
  const next = rampSteps.find((slots) => slots > ramp) ?? null
  const by = `attempt ${attempt} gave evidence`
  if (next === null) return { lane: wholeAgain(lane, at), move: { to: 'ramped', ramp: null, by } }
  const memory = { ...lane.memory, proven: [...lane.memory.proven, attempt] }
  return {
    lane: { ...lane, gate: { state: 'passing', ramp: next }, memory },
    move: { to: 'ramped', ramp: next, by },
  }
}

/** A lane whose ramp is over. What it remembers of its trouble is kept for a relapse. */
export function wholeAgain(lane: Lane, at: number): Lane {
  const memory = { ...lane.memory, proven: [], backAt: at, incident: null }
  return { ...lane, gate: { state: 'passing' }, memory }
}

function over(lane: Lane, kind: LaneKind, seen: Of<'over'>, rules: BreakerRules): Judged | null {
  const { gate } = lane
  if (gate.state !== 'probing' || gate.canary !== seen.attempt) return null
  const reason = `attempt ${seen.attempt} ended without evidence`
  if (seen.repeat)
    return { lane: { ...lane, gate: { ...gate, canary: null } }, move: { to: 'probing', reason } }
  return waitAgain(lane, kind, Math.max(0, lane.memory.wait - 1), seen.at, reason, rules)
}

/** Shut again by the rule that shut it, with the wait of that index; for what only a person mends, ten minutes. */
function waitAgain(
  lane: Lane,
  kind: LaneKind,
  wait: number,
  at: number,
  reason: string,
  rules: BreakerRules,
): Judged {
  const name = lane.memory.shutBy ?? 'unknown'
  const back = ruleOf(kind, name)?.back
  const waitsMs = back === undefined || back.by === 'person' ? [600_000] : back.waitsMs
  const until = at + rules.jitter(nth(waitsMs, wait))
  const gate = { state: 'shut' as const, since: at, until, reason }
  const memory = { ...lane.memory, wait: wait + 1, cut: rules.newestAttempt, proven: [] }
  return {
    lane: { ...lane, gate, memory },
    move: { to: 'shut', class: name, reason, until, wait, tell: false },
  }
}

function loss(lane: Lane, { attempt, at }: Of<'loss'>): Judged | null {
  const { memory } = lane
  if (memory.losses.some((one) => one.attempt === attempt)) return null
  const recent = memory.losses.filter((one) => at - one.at < massLoss.withinMs)
  const losses = [...recent, { attempt, at }].slice(-massLoss.count)
  const mass = losses.length === massLoss.count
  const gate = withoutCanary(lane, attempt)
  const kept = { ...lane, gate, memory: { ...memory, losses, mass: memory.mass || mass } }
  return { lane: kept, move: mass ? { to: 'mass', count: losses.length } : null }
}

/** A canary that was lost told nothing: the next one goes at once. */
const withoutCanary = ({ gate }: Lane, attempt: number): Lane['gate'] =>
  gate.state === 'probing' && gate.canary === attempt ? { ...gate, canary: null } : gate

function changed(lane: Lane, { what, at, mends }: Of<'changed'>): Judged | null {
  const { gate } = lane
  const byUs =
    gate.state === 'shut' || (gate.state === 'pinned' && gate.by === houseName && mends === 'all')
  return byUs ? probe(lane, what, at) : null
}

const probe = (lane: Lane, reason: string, at: number): Judged => ({
  lane: { ...lane, gate: { state: 'probing', since: at, canary: null, reason } },
  move: { to: 'probing', reason },
})

function tested(
  lane: Lane,
  kind: LaneKind,
  seen: Of<'tested'>,
  rules: BreakerRules,
): Judged | null {
  const { gate, memory } = lane
  if (seen.passed)
    return gate.state === 'pinned' && gate.by === houseName
      ? probe(lane, `its free self-test passed: ${seen.by}`, seen.at)
      : null
  if (gate.state !== 'probing' || gate.canary !== null) return null
  return waitAgain(lane, kind, memory.wait, seen.at, `its free self-test failed: ${seen.by}`, rules)
}
