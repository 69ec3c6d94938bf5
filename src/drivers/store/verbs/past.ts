// Up to which fact the past is settled. On PostgreSQL ids are given before a transaction commits, so that fact 11 may be
// there while fact 10 is still on its way; who reads on from a fact may not pass it by. Every transaction makes known,
// before its first fact, from which id on it may write (0030-fact-ids.ts), and the reader stays behind all of them.

import { sql } from 'kysely'

import { first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

const selectPast = statement<object, { past: number }>('selectPast', (_db, _arg, dialect) =>
  dialect === 'sqlite' ? null : sql<{ past: number }>`SELECT midwatch_settled_past() AS past`,
)

/**
 * No fact up to this id can still come. It must be asked before the snapshot in which the facts are read, as a read of
 * its own; asked inside, it could count as settled what that snapshot does not show.
 */
export function* settledPast(): Script<number> {
  return (yield* first(selectPast, {}))?.past ?? Number.MAX_SAFE_INTEGER
}
