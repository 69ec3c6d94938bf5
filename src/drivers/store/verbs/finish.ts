// finish: end and settle together, for an ending that alone decides its task. Each keeps its own fence, and the facts of the end come
// before those of the settlement. Who was asked to stop meanwhile, and does not know, is told instead.

import type { Finished, FinishInput } from '../contract/shapes.ts'
import { keyed } from '../many.ts'
import { first, type Script, together } from '../script.ts'
import { sql } from 'kysely'
import { lockTaskRow } from './lock.ts'
import { settleHeld } from './settlement.ts'
import { end } from './watch.ts'

const selectStop = keyed<{ id: number }, { id: number; reason: string; by: string }>(
  'selectStop',
  { key: 'id', column: 'id', types: { id: 'bigint' } },
  (its, _, dialect) =>
    sql<{
      id: number
      reason: string
      by: string
    }>`SELECT id, stop_reason AS reason, stop_by AS "by" FROM attempts
      WHERE ${its} AND state <> 'ended' AND stop_reason IS NOT NULL
      ${dialect === 'postgres' ? sql`ORDER BY id FOR UPDATE` : sql``}`,
)

/** See Store.finish. The task is locked before the attempt, as every verb locks them. */
export function* finish(input: FinishInput): Script<Finished> {
  const { taskId, attemptId, verdict, usage, now } = input
  if (input.unlessAsked === true) {
    const [, stop] = yield* together(lockTaskRow(taskId), first(selectStop, { id: attemptId }))
    if (stop !== undefined) return { asked: { reason: stop.reason, by: stop.by } }
  }
  const [, ended, settled] = yield* together(
    lockTaskRow(taskId),
    end({ attemptId, verdict, ...(usage !== undefined && { usage }), now }),
    settleHeld(taskId, attemptId, input, now, 1),
  )
  return { ended, settled }
}
