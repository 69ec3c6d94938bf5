// What an unended attempt knows of its lanes, launch and usage can be read. One that cannot would keep every reader of
// open attempts from all the others. Without its launch proof it is found by its mark; without its lanes it teaches none.

import { sql } from 'kysely'

import { first } from '../../script.ts'
import { isJson, numbersOf, statement } from '../../statement.ts'
import { record } from '../facts.ts'
import type { RowLaw } from './law.ts'

type Dialect = Parameters<typeof isJson>[1]
const unreadable = (dialect: Dialect) => sql`(NOT ${isJson(sql`lanes_json`, dialect)}
      OR NOT ${isJson(sql`coalesce(launch_json, 'null')`, dialect)}
      OR NOT ${isJson(sql`coalesce(usage_json, 'null')`, dialect)})`

const find: RowLaw['find'] = statement(
  'unreadableAttempts',
  (_db, arg, dialect) =>
    sql`SELECT id, 'its lanes, launch or usage cannot be read' AS what FROM attempts
      WHERE id IN (${numbersOf(arg('ids'), dialect)}) AND state <> 'ended'
      AND ${unreadable(dialect)}`,
)
const clean = statement<{ id: number }, { task_id: number }>(
  'cleanAttempt',
  (_db, arg, dialect) =>
    sql<{ task_id: number }>`UPDATE attempts SET
      lanes_json = CASE WHEN ${isJson(sql`lanes_json`, dialect)} THEN lanes_json ELSE '[]' END,
      launch_json = CASE WHEN ${isJson(sql`coalesce(launch_json, 'null')`, dialect)} THEN launch_json END,
      usage_json = CASE WHEN ${isJson(sql`coalesce(usage_json, 'null')`, dialect)} THEN usage_json END
      WHERE id = ${arg('id')} AND state <> 'ended' AND ${unreadable(dialect)} RETURNING task_id`,
)

export const readableAttempt: RowLaw = {
  table: 'attempts',
  find,
  *mend({ id, now }) {
    const row = yield* first(clean, { id })
    if (row === undefined) return null
    const subject = { taskId: row.task_id, attemptId: id }
    const error = 'its lanes, launch or usage could not be read and are forgotten'
    yield* record(now, subject, { kind: 'row.quarantined', table: 'attempts', id, error })
    return 'what could not be read is forgotten'
  },
}
