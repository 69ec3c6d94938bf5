// The task of an unended attempt is taken by it, or settled. An attempt whose task is in other hands works for nobody: it
// is asked to stop, and its own dispatcher sees it to its end.

import { sql } from 'kysely'

import { first } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { askStop } from '../watch.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'attemptsForNobody',
  (_db, arg, dialect) =>
    sql`SELECT a.id, 'its task is ' || t.state || CASE WHEN t.state = 'taken' THEN ' by another' ELSE '' END AS what
      FROM attempts a JOIN tasks t ON t.id = a.task_id
      WHERE a.id IN (${numbersOf(arg('ids'), dialect)}) AND a.state <> 'ended' AND a.stop_reason IS NULL
      AND t.state <> 'settled' AND NOT (t.state = 'taken' AND t.attempt_id = a.id)`,
)
const selectForNobody = statement<{ id: number }, { state: string }>(
  'selectForNobody',
  (_db, arg) =>
    sql<{ state: string }>`SELECT t.state FROM attempts a JOIN tasks t ON t.id = a.task_id
      WHERE a.id = ${arg('id')} AND a.state <> 'ended' AND a.stop_reason IS NULL
      AND t.state <> 'settled' AND NOT (t.state = 'taken' AND t.attempt_id = a.id)`,
)

export const attemptHasItsTask: RowLaw = {
  table: 'attempts',
  find,
  *mend({ id, now }) {
    const row = yield* first(selectForNobody, { id })
    if (row === undefined) return null
    const reason = `its task is ${row.state} without it`
    yield* askStop({ attemptIds: [id], reason, by: 'sweep', now })
    return 'asked to stop'
  },
}
