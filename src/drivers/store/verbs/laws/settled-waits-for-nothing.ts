// A settled task has no live hold: whoever counts what waits counts it no more.

import { sql } from 'kysely'

import { changed } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { lockTaskRow } from '../lock.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'settledButHeld',
  (_db, arg, dialect) =>
    sql`SELECT t.id, 'it is settled although a hold is on it' AS what FROM tasks t
      WHERE t.id IN (${numbersOf(arg('ids'), dialect)}) AND t.state = 'settled'
      AND EXISTS (SELECT 1 FROM holds h WHERE h.task_id = t.id AND h.released_at IS NULL)`,
)
const endHolds = statement<{ id: number; now: number }, { id: number }>(
  'endHoldsOfTheSettled',
  (_db, arg) =>
    sql<{ id: number }>`UPDATE holds SET released_at = ${arg('now')}, released_by = 'settled'
      WHERE task_id = ${arg('id')} AND released_at IS NULL
      AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = holds.task_id AND t.state = 'settled') RETURNING id`,
)

export const settledWaitsForNothing: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id, now }) {
    yield* lockTaskRow(id)
    return (yield* changed(endHolds, { id, now })) ? 'its holds are over' : null
  },
}
