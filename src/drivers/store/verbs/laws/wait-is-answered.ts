// A hold that waits for a task is answered once that task is settled: released when it is done (or any ending was asked
// for), marked for a person when it ended otherwise, or is gone.

import { sql } from 'kysely'

import type { Release } from '../../../../model/hold.ts'
import { type HoldRow, holdFromRow } from '../../rows.ts'
import { all, first } from '../../script.ts'
import { numbersOf, statement } from '../../statement.ts'
import { record } from '../facts.ts'
import { releaseHold } from '../release.ts'
import { stillHolding } from '../waiting.ts'
import type { RowLaw } from './law.ts'

const marked = sql`h.release_json LIKE '%"needsPerson":true%'`

const find: RowLaw['find'] = statement(
  'unansweredWaits',
  (_db, arg, dialect) =>
    sql`SELECT DISTINCT h.task_id AS id, 'it still waits for task ' || h.after_task || ', which is ' ||
        coalesce(b.outcome, 'gone') AS what
      FROM holds h LEFT JOIN tasks b ON b.id = h.after_task
      WHERE h.task_id IN (${numbersOf(arg('ids'), dialect)}) AND h.released_at IS NULL AND h.kind = 'after'
      AND ((b.id IS NULL AND NOT ${marked}) OR (b.state = 'settled' AND (b.outcome = 'done' OR NOT ${marked}
        OR EXISTS (SELECT 1 FROM tasks x WHERE x.again_of = b.id AND x.outcome = 'done'))))`,
)
const selectWaits = statement<{ id: number }, HoldRow>(
  'selectWaitsOf',
  (_db, arg) =>
    sql<HoldRow>`SELECT * FROM holds WHERE task_id = ${arg('id')} AND kind = 'after'
      AND released_at IS NULL ORDER BY after_task`,
)
const selectThere = statement<{ id: number }, { id: number }>(
  'selectBlockerThere',
  (_db, arg) => sql<{ id: number }>`SELECT id FROM tasks WHERE id = ${arg('id')}`,
)
const mark = statement<{ id: number; release: string }>(
  'markUnanswered',
  (_db, arg) =>
    sql`UPDATE holds SET release_json = ${arg('release')} WHERE id = ${arg('id')} AND released_at IS NULL`,
)

export const waitIsAnswered: RowLaw = {
  table: 'tasks',
  find,
  *mend({ id, now }) {
    const did: string[] = []
    for (const row of yield* all(selectWaits, { id })) {
      const hold = holdFromRow(row)
      const { release } = hold
      if (release.kind !== 'after') continue
      const { taskId } = release
      const isThere = (yield* first(selectThere, { id: taskId })) !== undefined
      const standing: Release | undefined = isThere
        ? (yield* stillHolding([release], now))[0]
        : { ...release, needsPerson: true }
      if (standing === undefined) {
        yield* releaseHold(hold, `task ${taskId} is done`, now)
        did.push(`released from task ${taskId}`)
      } else if (standing.kind === 'after' && standing.needsPerson && !release.needsPerson) {
        yield* all(mark, { id: hold.id, release: JSON.stringify(standing) })
        const body = { kind: 'hold.needs_person', holdId: hold.id, after: taskId } as const
        yield* record(now, { taskId: id }, { ...body, outcome: 'failed' })
        did.push(`a person decides about task ${taskId}`)
      }
    }
    return did.length === 0 ? null : did.join(', ')
  },
}
