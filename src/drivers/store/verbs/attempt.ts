// What several verbs need to know of an attempt, and the fence that every write to it passes: not ended yet.

import { sql } from 'kysely'

import type { Attempt } from '../../../model/attempt.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import type { AttemptState } from '../../../model/transitions.ts'
import { type AttemptRow, attemptFromRow } from '../rows.ts'
import { keyed } from '../many.ts'
import { first, type Script } from '../script.ts'
import type { DialectName } from '../statement.ts'
import type { Subject } from './facts.ts'

const byId = { key: 'id', column: 'id', types: { id: 'bigint' } } as const
const locked = (dialect: DialectName) =>
  dialect === 'postgres' ? sql`ORDER BY id FOR UPDATE` : sql``

const selectAttempt = keyed<{ id: number }, AttemptRow>(
  'selectAttempt',
  byId,
  (its, _, dialect) => sql<AttemptRow>`SELECT * FROM attempts WHERE ${its} ${locked(dialect)}`,
)

/** An attempt that may be written to, locked for this transaction; or why it may not, and whose refusal that is. */
export type LiveAttempt<A = Attempt> =
  | { readonly attempt: A; readonly stale: null }
  | { readonly attempt: null; readonly stale: Refusal; readonly subject: Subject }

/** The fence that every write to an attempt passes: it is there, and not ended. */
export function* liveAttempt(id: number): Script<LiveAttempt> {
  const row = yield* first(selectAttempt, { id })
  if (row === undefined) return { attempt: null, stale: missing(id), subject: {} }
  const attempt = attemptFromRow(row)
  if (attempt.state !== 'ended') return { attempt, stale: null }
  return { attempt: null, stale: ended(id), subject: subjectOf(attempt) }
}

type StateRow = Pick<AttemptRow, 'id' | 'task_id' | 'state'>

const selectState = keyed<{ id: number }, StateRow>(
  'selectState',
  byId,
  (its, _, dialect) =>
    sql<StateRow>`SELECT id, task_id, state FROM attempts WHERE ${its} ${locked(dialect)}`,
)

/** What most verbs need to know of an attempt. */
export type Standing = Pick<Attempt, 'id' | 'taskId' | 'state'>

/** The same fence, for who needs to know no more. */
export function* liveState(id: number): Script<LiveAttempt<Standing>> {
  const row = yield* first(selectState, { id })
  if (row === undefined) return { attempt: null, stale: missing(id), subject: {} }
  const attempt = { id, taskId: row.task_id, state: row.state as AttemptState }
  if (attempt.state !== 'ended') return { attempt, stale: null }
  return { attempt: null, stale: ended(id), subject: subjectOf(attempt) }
}

/** Whom a fact about an attempt is about. */
export const subjectOf = ({ id, taskId }: Omit<Standing, 'state'>): Subject => ({
  taskId,
  attemptId: id,
})

const missing = (id: number): Refusal =>
  refusal('attempt.missing', `there is no attempt ${id}`, 'name another attempt')

const ended = (id: number): Refusal =>
  refusal(
    'attempt.ended',
    `attempt ${id} is ended; nothing more is written to it`,
    'a new try is a new attempt',
  )
