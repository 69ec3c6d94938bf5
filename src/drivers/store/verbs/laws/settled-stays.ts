// A task that a fact calls settled is settled. A row that was requeued before there were guards (S4), or in a copy without
// them, is settled again exactly as it was: outcome, time and evidence come from the fact, and nothing is told twice.

import { sql } from 'kysely'

import { present } from '../../../../base/assert.ts'
import type { FactBody } from '../../../../model/fact.ts'
import { all, changed, first } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { lockTaskRow } from '../lock.ts'
import { askStop } from '../watch.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'resurrectedTasks',
  (_db, arg, dialect) =>
    sql`SELECT t.id, 'it was settled and is ' || t.state || ' again' AS what FROM tasks t
      WHERE t.id IN (${numbersOf(arg('ids'), dialect)}) AND t.state <> 'settled'
      AND EXISTS (SELECT 1 FROM facts f WHERE f.task_id = t.id AND f.kind = 'task.settled')`,
)
const selectSettlement = statement<{ id: number }, { at: number; body_json: string }>(
  'selectSettlement',
  (_db, arg) =>
    sql<{
      at: number
      body_json: string
    }>`SELECT f.at, f.body_json FROM facts f JOIN tasks t ON t.id = f.task_id
      WHERE f.task_id = ${arg('id')} AND f.kind = 'task.settled' AND t.state <> 'settled' ORDER BY f.id LIMIT 1`,
)
const settleAgain = statement<
  { id: number; outcome: string; verified: number | null; at: number; by: string; reason: string },
  { id: number }
>(
  'settleAgain',
  (_db, arg) =>
    sql<{
      id: number
    }>`UPDATE tasks SET state = 'settled', outcome = ${arg('outcome')}, verified = ${arg('verified')},
      settled_at = ${arg('at')}, settled_by = ${arg('by')}, reason = ${arg('reason')}
      WHERE id = ${arg('id')} AND state <> 'settled' RETURNING id`,
)
const endHolds = statement<{ id: number; now: number }>(
  'endHoldsOfSettled',
  (_db, arg) =>
    sql`UPDATE holds SET released_at = ${arg('now')}, released_by = 'settled'
      WHERE task_id = ${arg('id')} AND released_at IS NULL`,
)
const selectRunning = statement<{ id: number }, { id: number }>(
  'selectRunningOf',
  (_db, arg) =>
    sql<{ id: number }>`SELECT id FROM attempts WHERE task_id = ${arg('id')} AND state <> 'ended'`,
)

export const settledStays: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id, now }) {
    yield* lockTaskRow(id)
    const told = yield* first(selectSettlement, { id })
    if (told === undefined) return null
    const body = JSON.parse(told.body_json) as Extract<FactBody, { kind: 'task.settled' }>
    const { outcome, by, reason } = body
    const verified = body.verified === null ? null : Number(body.verified)
    const done = yield* changed(settleAgain, { id, outcome, verified, at: told.at, by, reason })
    present(done || null, 'a row that is not settled can be settled')
    yield* all(endHolds, { id, now })
    const attemptIds = (yield* all(selectRunning, { id })).map((row) => row.id)
    yield* askStop({ attemptIds, reason: `task ${id} was settled before`, by: 'sweep', now })
    return `settled again: ${outcome}`
  },
}
