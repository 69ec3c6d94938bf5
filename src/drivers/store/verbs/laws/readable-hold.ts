// The release of a live hold can be read. One that cannot would never end: its task waits for a person instead.

import { sql } from 'kysely'

import { all, first } from '../../script.ts'
import { isJson, numbersOf, statement } from '../../statement.ts'
import { record } from '../facts.ts'
import { lockTaskRow } from '../lock.ts'
import { tellQuestion } from '../persons.ts'
import type { RowLaw } from './law.ts'

const find: RowLaw['find'] = statement(
  'unreadableHolds',
  (_db, arg, dialect) =>
    sql`SELECT DISTINCT h.task_id AS id, 'a hold of it cannot be read' AS what FROM holds h
      WHERE h.task_id IN (${numbersOf(arg('ids'), dialect)}) AND h.released_at IS NULL
      AND NOT ${isJson(sql`h.release_json`, dialect)}`,
)
const selectBad = statement<{ taskId: number }, { id: number; release_json: string }>(
  'selectUnreadableHold',
  (_db, arg, dialect) =>
    sql<{ id: number; release_json: string }>`SELECT id, release_json FROM holds
      WHERE task_id = ${arg('taskId')} AND released_at IS NULL AND NOT ${isJson(sql`release_json`, dialect)}
      ORDER BY id LIMIT 1`,
)
const askPerson = statement<{ id: number; release: string }>(
  'askPersonInstead',
  (_db, arg) =>
    sql`UPDATE holds SET kind = 'person', needs_person = 1, release_json = ${arg('release')} WHERE id = ${arg('id')}`,
)

export const readableHold: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id: taskId, now }) {
    yield* lockTaskRow(taskId)
    const bad = yield* first(selectBad, { taskId })
    if (bad === undefined) return null
    const { id } = bad
    const question = `its hold h${id} could not be read; \`midwatch release h${id}\` ends it`
    const asked = { kind: 'person', question, told: 'incident' } as const
    yield* all(askPerson, { id, release: JSON.stringify(asked) })
    const error = bad.release_json.slice(0, 2_000)
    yield* record(now, { taskId }, { kind: 'row.quarantined', table: 'holds', id, error })
    yield* tellQuestion(taskId, id, asked, now)
    return `its hold h${id} asks a person`
  },
}
