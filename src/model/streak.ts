// "Dispatch attempts 3 of 5": how an agent stands, computed from what its lane has folded out of attempts and resets. It
// is never stored, so there is nothing that could latch: a start, a pulse, a host's return or a reset is all it takes.

import type { FailureClass } from './failure.ts'
import { houseName } from './gate.ts'
import type { Lane } from './lane.ts'
import { isOfStarts, type LaneRule } from './lane-rules.ts'

export interface AgentStreak {
  /** Failures in a row that charge the agent. */
  readonly failures: number
  /** How many of them before the long wait; null where a person is asked, or nothing failed. */
  readonly of: number | null
  /** What failed last. */
  readonly class: FailureClass | null
  /** When it is tried again; null when that is now, or a person's to say. */
  readonly nextTryAt: number | null
  /** Whether that wait is the long one. */
  readonly coolingDown: boolean
}

/**
 * How the agent of this lane stands. `rule` is the one by which its newest failure charges it; `startsInRow` is how many
 * starts may fail before it rests, where its configuration says so.
 */
export function streakOf(
  { gate, memory }: Lane,
  rule: LaneRule | null,
  startsInRow: number | null = null,
): AgentStreak {
  const last = memory.streak.at(-1)?.class ?? memory.shutBy
  const isOut =
    gate.state === 'shut' ||
    gate.state === 'probing' ||
    (gate.state === 'pinned' && gate.by === houseName)
  const inARow = isOut ? Math.max(memory.wait, memory.streak.length) : memory.streak.length
  const of = rule === null || rule.back.by === 'person' ? null : triesOf(rule, startsInRow)
  return {
    failures: inARow,
    of: inARow === 0 ? null : of,
    class: inARow === 0 ? null : last,
    nextTryAt: gate.state === 'shut' ? gate.until : null,
    coolingDown: gate.state === 'shut' && of !== null && inARow > of,
  }
}

/** The waits but the last are those between tries; a rule that forgives some counts these, too. */
function triesOf(rule: LaneRule, startsInRow: number | null): number {
  const { after, back } = rule
  if (back.by === 'person') return after
  if (startsInRow !== null && isOfStarts(rule)) return startsInRow
  return Math.max(after, back.waitsMs.length - 1)
}

/** `dispatch attempts 3 of 5`, or nothing while nothing failed. */
export function streakSentence({ failures, of }: AgentStreak): string {
  if (failures === 0) return ''
  return of === null
    ? `${failures} failed in a row`
    : `dispatch attempts ${Math.min(failures, of)} of ${of}`
}
