// A lane's streak as people see it: "dispatch attempts 3 of 5". Lanes that shut at the first failure count their tries
// until the longest wait, the cooldown; the others count failures in a row until they shut.

import { isoTime } from '../../../base/when.ts'
import type { Lane } from '../../../model/lane.ts'
import { laneKind, laneRules } from '../../../model/lane-rules.ts'

/** The streak with its next try. */
export function streakOf({ lane, gate, memory }: Lane) {
  const newest = memory.streak.at(-1)
  const kind = laneKind(lane)
  const name = memory.shutBy ?? newest?.class ?? null
  const rule = laneRules.find((one) => one.lane === kind && one.class === name)
  const waits =
    rule?.back.by === 'waits' || rule?.back.by === 'reset' ? rule.back.waitsMs.length : 0
  const byTries = rule !== undefined && rule.after === 1 && waits > 1
  const of = byTries ? waits - 1 : (rule?.after ?? 0)
  const tries = Math.max(memory.wait, memory.streak.length)
  return {
    count: byTries ? Math.min(tries, of) : memory.streak.length,
    of,
    nextTry: gate.state === 'shut' ? isoTime(gate.until) : null,
    cooldown: gate.state === 'shut' && byTries && tries > of,
    failures: memory.streak.map((one) => ({
      task: one.task,
      attempt: one.attempt,
      class: one.class,
      at: isoTime(one.at),
    })),
  }
}
