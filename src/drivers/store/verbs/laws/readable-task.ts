// The order of an unsettled task can be read. One that cannot would stop every claim that comes across it; it is put
// aside for a person, with what was there kept in a fact.

import { sql } from 'kysely'

import { first } from '../../script.ts'
import { isJson, numbersOf, statement } from '../../statement.ts'
import { record } from '../facts.ts'
import { insertHold } from '../hold.ts'
import { lockTaskRow } from '../lock.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'unreadableTasks',
  (_db, arg, dialect) =>
    sql`SELECT id, 'its order cannot be read' AS what FROM tasks
      WHERE id IN (${numbersOf(arg('ids'), dialect)}) AND state IN ('held','ready')
      AND NOT ${isJson(sql`order_json`, dialect)}`,
)
const selectOrder = statement<{ id: number }, { order_json: string; state: string }>(
  'selectUnreadableOrder',
  (_db, arg, dialect) =>
    sql<{
      order_json: string
      state: string
    }>`SELECT order_json, state FROM tasks WHERE id = ${arg('id')}
      AND state IN ('held','ready') AND NOT ${isJson(sql`order_json`, dialect)}`,
)
const putAside = statement<{ id: number; order: string }, { id: number }>(
  'putAside',
  (_db, arg) =>
    sql<{
      id: number
    }>`UPDATE tasks SET state = 'held', ready_at = NULL, rank = NULL, order_json = ${arg('order')}
      WHERE id = ${arg('id')} AND state IN ('held','ready') RETURNING id`,
)

const emptyOrder = JSON.stringify({
  run: null,
  prompt: null,
  cwd: '/',
  timeoutMs: null,
  verify: null,
  once: false,
})
const keptOfIt = 2_000

export const readableTask: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id, now }) {
    yield* lockTaskRow(id)
    const row = yield* first(selectOrder, { id })
    if (row === undefined) return null
    yield* first(putAside, { id, order: emptyOrder })
    const question = `its order could not be read; \`midwatch edit ${id}\` words it anew, then \`midwatch release ${id}\``
    yield* insertHold(id, { kind: 'person', question, told: 'incident' }, now)
    const error = row.order_json.slice(0, keptOfIt)
    yield* record(now, { taskId: id }, { kind: 'row.quarantined', table: 'tasks', id, error })
    return 'put aside for a person'
  },
}
