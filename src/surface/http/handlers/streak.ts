// A lane's streak as people see it, "dispatch attempts 3 of 5": the same judge and the same sentence as the command line's.

import { isoTime } from '../../../base/when.ts'
import { ruleOf } from '../../../lifecycle/gate/shut.ts'
import type { Lane } from '../../../model/lane.ts'
import { laneKind } from '../../../model/lane-rules.ts'
import { streakOf, streakSentence } from '../../../model/streak.ts'

/** The streak with its next try, and the failures it is made of. */
export function streakView(lane: Lane) {
  const { memory } = lane
  const kind = laneKind(lane.lane)
  const last = memory.streak.at(-1)?.class ?? memory.shutBy
  const streak = streakOf(lane, kind === null || last === null ? null : ruleOf(kind, last))
  return {
    failures: streak.failures,
    of: streak.of,
    class: streak.class,
    sentence: streakSentence(streak),
    nextTryAt: streak.nextTryAt === null ? null : isoTime(streak.nextTryAt),
    coolingDown: streak.coolingDown,
    charged: memory.streak.map((one) => ({
      task: one.task,
      attempt: one.attempt,
      class: one.class,
      at: isoTime(one.at),
    })),
  }
}
