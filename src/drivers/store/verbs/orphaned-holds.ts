// Live holds whose task is not there any more: pruned by an older version, or lost with a part of a copy. Nothing waits
// behind them, and whoever counts what waits counted them.

import { sql } from 'kysely'

import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { findHold, releaseHold } from './release.ts'
import { lockTask } from './task.ts'

const selectOrphaned = statement<{ limit: number }, { id: number; task_id: number }>(
  'selectOrphanedHolds',
  (_db, arg) =>
    sql<{ id: number; task_id: number }>`SELECT h.id, h.task_id FROM holds h
      WHERE h.released_at IS NULL AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = h.task_id)
      ORDER BY h.id LIMIT ${arg('limit')}`,
)

/** See Store.orphanedHolds. */
export function* orphanedHolds(
  limit: number,
): Script<readonly { readonly holdId: number; readonly taskId: number }[]> {
  const rows = yield* all(selectOrphaned, { limit })
  return rows.map(({ id, task_id }) => ({ holdId: id, taskId: task_id }))
}

/** See Store.endOrphanedHold. */
export function* endOrphanedHold(input: {
  holdId: number
  by: string
  now: number
}): Script<{ ended: boolean }> {
  const hold = yield* findHold(input.holdId)
  if (hold === null || hold.releasedAt !== null) return { ended: false }
  if ((yield* lockTask(hold.taskId)) !== null) return { ended: false }
  yield* releaseHold(hold, input.by, input.now)
  return { ended: true }
}
