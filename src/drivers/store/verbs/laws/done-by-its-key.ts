// A task whose own key is a completed work key is done: the work it names was completed. A copy that lost the settlement,
// or a board from before it, would have it done a second time (S4).

import { sql } from 'kysely'

import { first } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { settleTask } from '../settlement.ts'
import { lockTask } from '../task.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'completedButUnsettled',
  (_db, arg, dialect) =>
    sql`SELECT t.id, 'its work key ' || k.key || ' was completed by ' || w.holder AS what FROM tasks t
      JOIN keys k ON k.task_id = t.id JOIN work_keys w ON w.key = k.key AND w.state = 'completed'
      WHERE t.id IN (${numbersOf(arg('ids'), dialect)}) AND t.state IN ('held','ready')`,
)
const selectWork = statement<{ id: number }, { key: string; holder: string }>(
  'selectCompletedWork',
  (_db, arg) =>
    sql<{ key: string; holder: string }>`SELECT k.key, w.holder FROM keys k
      JOIN work_keys w ON w.key = k.key AND w.state = 'completed' WHERE k.task_id = ${arg('id')} LIMIT 1`,
)

export const doneByItsKey: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id, now }) {
    const task = yield* lockTask(id)
    const work = yield* first(selectWork, { id })
    if (work === undefined || task === null || (task.state !== 'held' && task.state !== 'ready'))
      return null
    const reason = `its work key ${work.key} was completed by ${work.holder}`
    const how = { outcome: 'done', verified: false, by: 'sweep', reason, attemptId: null } as const
    return (yield* settleTask(task, how, now)) ? 'settled: done' : null
  },
}
