// What PostgreSQL must be told and SQLite, where one writer works at a time, need not: who waits for whom. The order
// in which verbs lock is names → lanes → tasks (a task before those that wait for it) → attempts → totals, so that
// two verbs never wait for each other; what slips through is undone by the database and tried again by the driver.

import { sql } from 'kysely'

import { keyed } from '../many.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'

const lockByName = statement<{ name: string }>('lockByName', (_db, arg, dialect) =>
  dialect === 'sqlite'
    ? null
    : sql`SELECT pg_advisory_xact_lock(hashtextextended(${arg('name')}, 0))`,
)

/** Until this transaction ends, nobody else passes here with the same name. For what has no row to lock yet. */
export function* lockName(
  kind: 'key' | 'host' | 'waiting' | 'effect' | 'lock' | 'work' | 'schedule' | 'root',
  name = '',
): Script<void> {
  yield* all(lockByName, { name: `midwatch:${kind}:${name}` })
}

const lockTaskById = keyed<{ id: number }, { id: number }>(
  'lockTaskById',
  { key: 'id', column: 'id', types: { id: 'bigint' } },
  (its, _, dialect) =>
    dialect === 'sqlite'
      ? null
      : sql<{ id: number }>`SELECT id FROM tasks WHERE ${its} ORDER BY id FOR UPDATE`,
)

/**
 * Locks the task's row before it is read. Two statements and not one: PostgreSQL reads what is joined to a locked row
 * as it was before the lock was granted, so that a task edited meanwhile would have a demand that is no longer its own.
 */
export function* lockTaskRow(id: number): Script<void> {
  yield* all(lockTaskById, { id })
}
