// A lane's streak as people see it, "dispatch attempts 3 of 5": the same judge and the same sentence as the command line's.

import { isoTime } from '../../../base/when.ts'
import type { FleetConfig } from '../../../model/config.ts'
import type { Lane } from '../../../model/lane.ts'
import { streakSentence } from '../../../model/streak.ts'
import { standingOf } from '../../standing.ts'

/** The streak with its next try, and the failures it is made of. */
export function streakView(lane: Lane, config: Pick<FleetConfig, 'agents'>) {
  const streak = standingOf(lane, config)
  return {
    failures: streak.failures,
    of: streak.of,
    class: streak.class,
    sentence: streakSentence(streak),
    nextTryAt: streak.nextTryAt === null ? null : isoTime(streak.nextTryAt),
    coolingDown: streak.coolingDown,
    charged: lane.memory.streak.map((one) => ({
      task: one.task,
      attempt: one.attempt,
      class: one.class,
      at: isoTime(one.at),
    })),
  }
}
