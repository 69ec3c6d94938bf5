// Judges one lane by what was seen of one attempt or of the world. Before me: a lane as its facts have made it. After
// me: the lane as it is now, and how it moved. I promise: while a gate is shut or probing only its recorded canary or a
// change of the world moves it; a streak is cleared by evidence of its own kind alone; every state has a way back.

import { present } from '../../base/assert.ts'
import type { FailureClass } from '../../model/failure.ts'
import { houseName } from '../../model/gate.ts'
import type { Lane, StreakEntry } from '../../model/lane.ts'
import {
  type LaneKind,
  type LaneRule,
  laneKind,
  leastStage,
  massLoss,
  rampSteps,
  reaches,
  ruleOf,
  type Stage,
  understoodEnough,
} from '../../model/lane-rules.ts'
import type { BreakerRules, Judged, Of, Seen } from './seen.ts'
import { shut, waitAgain } from './shut.ts'

/** The lane after what was seen, or null when that changes nothing. */
export function judge(lane: Lane, seen: Seen, rules: BreakerRules): Judged | null {
  const kind = laneKind(lane.lane)
  if (kind === null) return null
  switch (seen.seen) {
    case 'charge':
      return charge(lane, seen, rules)
    case 'evidence':
      return evidence(lane, kind, seen)
    case 'understood':
      return understoodEnding(lane, seen)
    case 'over':
      return over(lane, kind, seen, rules)
    case 'loss':
      return loss(lane, seen)
    case 'changed':
      return changed(lane, seen)
    case 'tested':
      return tested(lane, kind, seen, rules)
    case 'credential':
      return credential(lane, seen)
  }
}

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

function evidence(lane: Lane, kind: LaneKind, seen: Of<'evidence'>): Judged | null {
  const { gate, memory } = lane
  const { attempt, stage } = seen
  const enough = reaches(stage, memory.trial ? trialProof(kind) : proofOf(kind, memory.shutBy))
  const calm = memory.mass && kind === 'host'
  const calmed = calm ? { ...lane, memory: { ...memory, mass: false } } : lane
  if (gate.state === 'probing')
    return gate.canary === attempt && enough ? comeBack(calmed, attempt) : null
  if (gate.state !== 'passing') return null
  const streak = memory.streak.filter((one) => !reaches(stage, proofOf(kind, one.class)))
  const cleared = streak.length < memory.streak.length
  const held = { ...calmed, memory: { ...calmed.memory, streak } }
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

/** Another configuration of an agent may name a model that says nothing: its canary has to speak. */
const trialProof = (kind: LaneKind): Stage => (kind === 'agent' ? 'speech' : leastStage[kind])

function comeBack(lane: Lane, attempt: number, by = `attempt ${attempt} gave evidence`): Judged {
  if (lane.memory.trial) return provenGood(lane, attempt)
  const ramp = present(rampSteps[0], 'a ramp has a first step')
  const memory = { ...lane.memory, streak: [], proven: [attempt] }
  return {
    lane: { ...lane, gate: { state: 'passing', ramp }, memory },
    move: { to: 'passing', by, ramp },
  }
}

/** What was new has proven itself: there was no trouble to come back from slowly. */
function provenGood(lane: Lane, attempt: number): Judged {
  const memory = { ...lane.memory, streak: [], trial: false, incident: null }
  const by = `attempt ${attempt} proved it`
  return {
    lane: { ...lane, gate: { state: 'passing' }, memory },
    move: { to: 'ramped', ramp: null, by },
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

/** One says little, for a task may fail where nothing else works either; some show that endings are known again. */
function understoodEnding(lane: Lane, { attempt }: Of<'understood'>): Judged | null {
  const { gate, memory } = lane
  if (gate.state !== 'probing' || gate.canary !== attempt) return null
  const count = memory.understood + 1
  if (count >= understoodEnough)
    return comeBack(lane, attempt, `${count} attempts ended for reasons of their tasks`)
  const reason = `attempt ${attempt} ended for a reason of its task (${count} of ${understoodEnough})`
  return {
    lane: { ...lane, gate: { ...gate, canary: null }, memory: { ...memory, understood: count } },
    move: { to: 'probing', reason },
  }
}

function over(lane: Lane, kind: LaneKind, seen: Of<'over'>, rules: BreakerRules): Judged | null {
  const { gate } = lane
  if (gate.state !== 'probing' || gate.canary !== seen.attempt) return null
  const reason = `attempt ${seen.attempt} ended without evidence`
  if (seen.repeat)
    return { lane: { ...lane, gate: { ...gate, canary: null } }, move: { to: 'probing', reason } }
  return waitAgain(lane, kind, Math.max(0, lane.memory.wait - 1), seen.at, reason, rules)
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

function changed(lane: Lane, { what, at, mends, trial }: Of<'changed'>): Judged | null {
  const { gate } = lane
  if (trial && gate.state === 'passing' && gate.ramp === undefined)
    return probe({ ...lane, memory: { ...lane.memory, trial: true, wait: 0 } }, what, at)
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
  const reason = `its free self-test failed: ${seen.by}`
  // An account that is shut by its login was shut by such a test: endings pin it.
  const byTest = kind === 'account' && gate.state === 'shut' && memory.shutBy === 'auth_error'
  if (seen.passed)
    return byTest || (gate.state === 'pinned' && gate.by === houseName && isBelieved(lane, seen.at))
      ? probe(lane, `its free self-test passed: ${seen.by}`, seen.at)
      : null
  if (gate.state === 'passing' && kind === 'account')
    return failedTest({ ...lane, memory: { ...memory, wait: 0 } }, kind, seen, reason, rules)
  if (gate.state !== 'probing' || gate.canary !== null) return null
  return memory.trial
    ? failedTest(lane, kind, seen, reason, rules)
    : waitAgain(lane, kind, memory.wait, seen.at, reason, rules)
}

/** Shut by a free test, before an attempt was spent on it: people are told. */
function failedTest(
  lane: Lane,
  kind: LaneKind,
  { at }: Of<'tested'>,
  reason: string,
  rules: BreakerRules,
): Judged | null {
  const { memory } = lane
  const shutBy = kind === 'account' ? ('auth_error' as const) : ('argument_error' as const)
  const judged = waitAgain(
    { ...lane, memory: { ...memory, shutBy } },
    kind,
    memory.wait,
    at,
    reason,
    rules,
  )
  const { move } = judged
  return move?.to === 'shut' ? { ...judged, move: { ...move, tell: true } } : judged
}

/** A test that passes while canaries go on failing is asked less and less: it does not see what is wrong. */
function isBelieved({ gate, memory }: Lane, at: number): boolean {
  const waitMs = doubtsMs[Math.min(Math.max(memory.wait - 1, 0), doubtsMs.length - 1)] ?? 0
  return gate.state === 'pinned' && at - gate.since >= waitMs
}

const doubtsMs = [0, 10, 30, 60, 240].map((minutes) => minutes * 60_000)

/** Another credential may mend what the old one could not. What was never seen before says nothing. */
function credential(lane: Lane, { host, print, at }: Of<'credential'>): Judged | null {
  const { gate, memory } = lane
  const before = memory.prints[host]
  if (before === print) return null
  const known = { ...lane, memory: { ...memory, prints: { ...memory.prints, [host]: print } } }
  const isMended =
    before !== undefined &&
    ((gate.state === 'pinned' && gate.by === houseName) ||
      (gate.state === 'shut' && memory.shutBy === 'auth_error'))
  return isMended
    ? probe(known, `its credential on ${host} is another one`, at)
    : { lane: known, move: null }
}
