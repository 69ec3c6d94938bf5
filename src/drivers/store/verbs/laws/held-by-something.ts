// A held task has a live hold, and so a release. One without would wait for ever.

import { sql } from 'kysely'

import { first } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { lockTask, makeReady } from '../task.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'heldByNothing',
  (_db, arg, dialect) =>
    sql`SELECT t.id, 'it is held by nothing' AS what FROM tasks t
      WHERE t.id IN (${numbersOf(arg('ids'), dialect)}) AND t.state = 'held'
      AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.task_id = t.id AND h.released_at IS NULL)`,
)
const anyHold = statement<{ id: number }, { live: number }>(
  'anyHoldOfHeld',
  (_db, arg) =>
    sql<{
      live: number
    }>`SELECT 1 AS live FROM holds WHERE task_id = ${arg('id')} AND released_at IS NULL LIMIT 1`,
)

export const heldBySomething: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id, now }) {
    const task = yield* lockTask(id)
    if (task === null || task.state !== 'held') return null
    if ((yield* first(anyHold, { id })) !== undefined) return null
    return (yield* makeReady(task, now)) ? 'ready' : null
  },
}
