// What several verbs need to know of an attempt, and the fence that every write to it passes: not ended yet.

import type { Attempt } from '../../../model/attempt.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import { type AttemptRow, attemptFromRow } from '../rows.ts'
import { first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

export const selectAttempt = statement<{ id: number }, AttemptRow>(
  'selectAttempt',
  (db, arg, dialect) => {
    const query = db.selectFrom('attempts').selectAll().where('id', '=', arg('id'))
    return (dialect === 'postgres' ? query.forUpdate() : query) as never
  },
)

/** The attempt, locked for this transaction; null when there is none. */
export function* lockAttempt(id: number): Script<Attempt | null> {
  const row = yield* first(selectAttempt, { id })
  return row ? attemptFromRow(row) : null
}

/** Why a write to this attempt is refused, or null when it may pass. */
export function staleAttempt(id: number, attempt: Attempt | null): Refusal | null {
  if (attempt === null)
    return refusal('attempt.missing', `there is no attempt ${id}`, 'name another attempt')
  if (attempt.state !== 'ended') return null
  return refusal(
    'attempt.ended',
    `attempt ${id} is ended; nothing more is written to it`,
    'a new try is a new attempt',
  )
}
