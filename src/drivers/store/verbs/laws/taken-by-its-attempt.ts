// A taken task is taken by an attempt of its own that is there. One that is not would never be given back.

import { sql } from 'kysely'

import { changed, first } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { record } from '../facts.ts'
import { lockTask, makeReady } from '../task.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'takenByNobody',
  (_db, arg, dialect) =>
    sql`SELECT t.id, 'it is taken by attempt ' || t.attempt_id || ', which is not one of its own' AS what FROM tasks t
      WHERE t.id IN (${numbersOf(arg('ids'), dialect)}) AND t.state = 'taken'
      AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.id = t.attempt_id AND a.task_id = t.id)`,
)
const selectOwn = statement<{ id: number; attemptId: number }, { id: number }>(
  'selectOwnAttempt',
  (_db, arg) =>
    sql<{
      id: number
    }>`SELECT id FROM attempts WHERE id = ${arg('attemptId')} AND task_id = ${arg('id')}`,
)
const anyHold = statement<{ id: number }, { live: number }>(
  'anyHoldOfTaken',
  (_db, arg) =>
    sql<{
      live: number
    }>`SELECT 1 AS live FROM holds WHERE task_id = ${arg('id')} AND released_at IS NULL LIMIT 1`,
)
const toHeld = statement<{ id: number; attemptId: number }, { id: number }>(
  'takenByNobodyToHeld',
  (_db, arg) =>
    sql<{ id: number }>`UPDATE tasks SET state = 'held', ready_at = NULL, rank = NULL
      WHERE id = ${arg('id')} AND state = 'taken' AND attempt_id = ${arg('attemptId')} RETURNING id`,
)

export const takenByItsAttempt: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id, now }) {
    const task = yield* lockTask(id)
    if (task === null || task.state !== 'taken') return null
    const { attemptId } = task
    if ((yield* first(selectOwn, { id, attemptId })) !== undefined) return null
    const reason = `attempt ${attemptId} is not there`
    yield* record(now, { taskId: id }, { kind: 'task.returned', reason, charged: false })
    if ((yield* first(anyHold, { id })) === undefined) {
      yield* makeReady(task, now)
      return 'ready again'
    }
    yield* changed(toHeld, { id, attemptId })
    return 'held by its holds again'
  },
}
