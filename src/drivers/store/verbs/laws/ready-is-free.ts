// A ready task has no live hold. One that has would run before what it waits for.

import { sql } from 'kysely'

import { changed } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { lockTaskRow } from '../lock.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'readyButHeld',
  (_db, arg, dialect) =>
    sql`SELECT t.id, 'it is ready although a hold is on it' AS what FROM tasks t
      WHERE t.id IN (${numbersOf(arg('ids'), dialect)}) AND t.state = 'ready'
      AND EXISTS (SELECT 1 FROM holds h WHERE h.task_id = t.id AND h.released_at IS NULL)`,
)
const toHeld = statement<{ id: number }, { id: number }>(
  'readyButHeldToHeld',
  (_db, arg) =>
    sql<{ id: number }>`UPDATE tasks SET state = 'held', ready_at = NULL, rank = NULL
      WHERE id = ${arg('id')} AND state = 'ready'
      AND EXISTS (SELECT 1 FROM holds h WHERE h.task_id = tasks.id AND h.released_at IS NULL) RETURNING id`,
)

export const readyIsFree: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id }) {
    yield* lockTaskRow(id)
    return (yield* changed(toHeld, { id })) ? 'held by its holds again' : null
  },
}
