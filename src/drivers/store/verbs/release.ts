// Ending a hold. The task's row is locked before what is left is counted, so that two releases of the last two holds
// cannot both believe that the other one remains (ARCHITECTURE §3).

import { sql } from 'kysely'

import type { Hold } from '../../../model/hold.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import { changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockTask, makeReady } from './task.ts'

const endHold = statement<{ id: number; by: string; now: number }, { id: number }>(
  'endHold',
  (db, arg) =>
    db
      .updateTable('holds')
      .set({ released_at: arg('now'), released_by: arg('by') })
      .where('id', '=', arg('id'))
      .where('released_at', 'is', null)
      .returning('id'),
)

const anyHold = statement<{ taskId: number }, { live: number }>(
  'anyHold',
  (_db, arg) =>
    sql<{
      live: number
    }>`SELECT 1 AS live FROM holds WHERE task_id = ${arg('taskId')} AND released_at IS NULL LIMIT 1`,
)

const selectHold = statement<{ id: number }, HoldRow>('selectHold', (db, arg) =>
  db.selectFrom('holds').selectAll().where('id', '=', arg('id')),
)

/** Releases one hold; true when that made the task ready. Releasing a released hold changes nothing. */
export function* releaseHold(hold: Hold, by: string, now: number): Script<boolean> {
  const task = yield* lockTask(hold.taskId)
  if (!(yield* changed(endHold, { id: hold.id, by, now }))) return false
  yield* record(now, { taskId: hold.taskId }, { kind: 'hold.released', holdId: hold.id, by })
  if (task === null || task.state !== 'held') return false
  if ((yield* first(anyHold, { taskId: hold.taskId })) !== undefined) return false
  return yield* makeReady(task, now)
}

/** The hold by id; null when there is none. */
export function* findHold(id: number): Script<Hold | null> {
  const row = yield* first(selectHold, { id })
  return row ? holdFromRow(row) : null
}
