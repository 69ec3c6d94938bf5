// The rows of convoys and their members.

import { sql } from 'kysely'

import type { Convoy, ConvoyMember } from '../../../model/convoy.ts'
import type { Outcome } from '../../../model/task.ts'
import type { TaskState } from '../../../model/transitions.ts'
import type { ConvoysTable } from '../schema-together.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { laterDone } from './waiting.ts'

type Row = Omit<ConvoysTable, 'id'> & { id: number }

const selectConvoy = statement<{ id: number }, Row>(
  'selectConvoy',
  (_db, arg) => sql<Row>`SELECT * FROM convoys WHERE id = ${arg('id')}`,
)
const lockConvoyRow = statement<{ id: number }>('lockConvoyRow', (_db, arg, dialect) =>
  dialect === 'sqlite' ? null : sql`SELECT 1 FROM convoys WHERE id = ${arg('id')} FOR UPDATE`,
)
const selectConvoys = statement<{ before: number; limit: number }, Row>(
  'selectConvoys',
  (_db, arg) =>
    sql<Row>`SELECT * FROM convoys WHERE id < ${arg('before')} ORDER BY id DESC LIMIT ${arg('limit')}`,
)
interface MemberRow {
  id: number
  title: string
  state: string
  outcome: string | null
}
const selectMembers = statement<{ id: number }, MemberRow>(
  'selectMembers',
  (_db, arg) =>
    sql<MemberRow>`SELECT t.id, t.title, t.state, t.outcome FROM convoy_tasks c
      JOIN tasks t ON t.id = c.task_id WHERE c.convoy_id = ${arg('id')} ORDER BY t.id`,
)

/** The convoy, locked for this transaction; null when there is none. */
export function* lockConvoy(id: number): Script<Convoy | null> {
  yield* all(lockConvoyRow, { id })
  return yield* findConvoy(id)
}

/** The convoy; null when there is none. */
export function* findConvoy(id: number): Script<Convoy | null> {
  const row = yield* first(selectConvoy, { id })
  return row === undefined ? null : convoyFromRow(row)
}

/** See Store.convoys. */
export function* convoys(filter: { before?: number; limit: number }): Script<readonly Convoy[]> {
  const { before = Number.MAX_SAFE_INTEGER, limit } = filter
  return (yield* all(selectConvoys, { before, limit })).map(convoyFromRow)
}

/** Its members, oldest first, each with what was done in its place. */
export function* membersOf(convoyId: number): Script<readonly ConvoyMember[]> {
  const members: ConvoyMember[] = []
  for (const row of yield* all(selectMembers, { id: convoyId })) {
    const state = row.state as TaskState
    const outcome = row.outcome as Outcome | null
    const elsewhere = state === 'settled' && outcome !== 'done'
    const doneBy = elsewhere ? yield* laterDone(row.id) : null
    members.push({ taskId: row.id, title: row.title, state, outcome, doneBy })
  }
  return members
}

const convoyFromRow = (row: Row): Convoy => ({
  id: row.id,
  title: row.title,
  createdAt: row.created_at,
  createdBy: row.created_by,
  landingTask: row.landing_task,
  landedAt: row.landed_at,
})
