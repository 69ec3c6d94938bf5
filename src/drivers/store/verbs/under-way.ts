// What is under way, as a condition that the database has an index for: PostgreSQL's does not name the state, so that an attempt may go
// from one to the next without touching it; both mean the same, by a law of the table.

import { type RawBuilder, sql } from 'kysely'

import type { DialectName } from '../statement.ts'

/** Whether an attempt is under way; `of` names it where a statement has several tables. */
export function underWay(dialect: DialectName, of = 'attempts'): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${of}.${name}`)
  return dialect === 'sqlite'
    ? sql<boolean>`${column('state')} <> 'ended'`
    : sql<boolean>`${column('ended_at')} IS NULL`
}
