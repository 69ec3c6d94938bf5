// Judges for how long a lane is shut, and what it says of itself: the waits of its row, a stated reset, or a person. Pure.

import { present } from '../../base/assert.ts'
import { houseName } from '../../model/gate.ts'
import type { Lane, LaneMemory, StreakEntry } from '../../model/lane.ts'
import {
  isOfStarts,
  type LaneKind,
  type LaneRule,
  ruleOf,
  relapseMs,
} from '../../model/lane-rules.ts'
import type { BreakerRules, Judged, Of, StartRules, Stated } from './seen.ts'

/** The lane shut by this failure, or pinned where only a person can mend it. */
export function shut(
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
    understood: 0,
    proven: [],
    trial: false,
  }
  const starts = rules.starts?.(seen.entry.agent) ?? null
  const until = untilOf(rule, wait, waitsFrom(lane, at), stated, rules, starts)
  const reason = `${rule.class}: ${stated.evidence}${inRow(streak, rule, wait, starts)}`
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

/**
 * From when a wait counts: a failed probe's never from before that probe began. Where the clock of who probes is ahead of
 * the clock of who saw it fail, the wait would be over before it began, and the lane be probed at every look.
 */
const waitsFrom = ({ gate }: Lane, at: number): number =>
  gate.state === 'probing' ? Math.max(at, gate.since) : at

const isRelapse = ({ backAt }: LaneMemory, at: number): boolean =>
  backAt !== null && at - backAt <= relapseMs

/** "Dispatch attempts 3 of 5" of an agent, "3 tasks in a row" of the others. */
function inRow(
  streak: readonly StreakEntry[],
  { after, back, tellAfter }: LaneRule,
  wait: number,
  starts: StartRules | null,
): string {
  if (after > 1 && streak.length > 1) return ` (${streak.length} tasks in a row)`
  if (tellAfter === 1 || back.by !== 'waits') return ''
  const most = starts?.inRow ?? back.waitsMs.length - 1
  return ` (try ${Math.min(wait + 1, most)} of ${most})`
}

const longestResetMs = 31 * 24 * 3_600_000

/** When it is probed next, or null when only a person can mend it. `wait` counts the waits already used up. */
function untilOf(
  rule: LaneRule,
  wait: number,
  at: number,
  stated: Stated,
  rules: BreakerRules,
  starts: StartRules | null,
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
  return at + rules.jitter(nth(waitsOf(rule, back.waitsMs, starts), wait))
}

/** The waits between failed starts of an agent, as the configuration wants them: so many, then the rest. */
function waitsOf(
  rule: LaneRule,
  waitsMs: readonly number[],
  starts: StartRules | null,
): readonly number[] {
  if (starts === null || !isOfStarts(rule)) return waitsMs
  const between = waitsMs.slice(0, -1)
  const last = present(between.at(-1), 'a start is tried more than once')
  const some = Array.from({ length: starts.inRow }, (_, i) => between[i] ?? last)
  return [...some, starts.cooldownMs]
}

const nth = (list: readonly number[], index: number): number =>
  present(list[Math.min(index, list.length - 1)], 'a row names at least one wait')

/** Shut again by the rule that shut it, with the wait of that index; for what only a person mends, ten minutes. */
export function waitAgain(
  lane: Lane,
  kind: LaneKind,
  wait: number,
  at: number,
  reason: string,
  rules: BreakerRules,
): Judged {
  const name = lane.memory.shutBy ?? 'unknown'
  const back = ruleOf(kind, name)?.back
  const own = back === undefined || back.by === 'person' ? [600_000] : back.waitsMs
  // What is new and gave no proof yet is tried again soon: nothing is known against it.
  const waitsMs = lane.memory.trial ? trialWaitsMs : own
  const until = waitsFrom(lane, at) + rules.jitter(nth(waitsMs, wait))
  const gate = { state: 'shut' as const, since: at, until, reason }
  const memory = {
    ...lane.memory,
    wait: wait + 1,
    cut: rules.newestAttempt,
    understood: 0,
    proven: [],
  }
  return {
    lane: { ...lane, gate, memory },
    move: { to: 'shut', class: name, reason, until, wait, tell: false },
  }
}

const trialWaitsMs = [1, 2, 5, 10, 30].map((minutes) => minutes * 60_000)
