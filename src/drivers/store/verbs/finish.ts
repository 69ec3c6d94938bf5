// finish: end and settle together, for an ending that alone decides its task. Each keeps its own fence, and the facts of the end come
// before those of the settlement.

import type { Fenced } from '../../../model/refusal.ts'
import type { FinishInput } from '../contract/shapes.ts'
import { type Script, together } from '../script.ts'
import { lockTaskRow } from './lock.ts'
import { settleHeld } from './settlement.ts'
import { end } from './watch.ts'

/** See Store.finish. The task is locked before the attempt, as every verb locks them. */
export function* finish(input: FinishInput): Script<{ ended: Fenced; settled: boolean }> {
  const { taskId, attemptId, verdict, usage, now } = input
  const [, ended, settled] = yield* together(
    lockTaskRow(taskId),
    end({ attemptId, verdict, ...(usage !== undefined && { usage }), now }),
    settleHeld(taskId, attemptId, input, now, 1),
  )
  return { ended, settled }
}
