// How every verb records what happened, in the same transaction as the change itself.

import { sql } from 'kysely'

import type { FactBody } from '../../../model/fact.ts'
import type { Refusal } from '../../../model/refusal.ts'
import { add, type Script, tell } from '../script.ts'
import { statement } from '../statement.ts'
import { putting } from '../many.ts'

export interface Subject {
  readonly taskId?: number | null
  readonly attemptId?: number | null
}

const insertFact = putting<{
  at: number
  kind: string
  taskId: number | null
  attemptId: number | null
  body: string
}>(
  'insertFact',
  { types: { at: 'bigint', kind: 'text', taskId: 'bigint', attemptId: 'bigint', body: 'text' } },
  (rows) => sql`INSERT INTO facts (at, kind, task_id, attempt_id, body_json) ${rows}`,
)

/** Records one fact. */
export function* record(now: number, subject: Subject, body: FactBody): Script<void> {
  yield* tell(insertFact, {
    at: now,
    kind: body.kind,
    taskId: subject.taskId ?? null,
    attemptId: subject.attemptId ?? null,
    body: bodyOf(body),
  })
}

/** A fact as it is written. */
export const bodyOf = (body: FactBody): string => JSON.stringify(body)

/** Records that a write was refused, and answers with the refusal. */
export function* refuse(
  now: number,
  subject: Subject,
  verb: string,
  why: Refusal,
): Script<{ ok: false; refusal: Refusal }> {
  yield* record(now, subject, {
    kind: 'write.refused',
    verb,
    code: why.code,
    sentence: why.sentence,
  })
  return { ok: false, refusal: why }
}

/** PostgreSQL: each connection adds to a row of its own, so that hosts do not queue for one. */
export const tallyShard = sql`pg_backend_pid() % 64`
const addTally = statement<{ name: string; by: number }>(
  'addTally',
  (_db, arg, dialect) => sql`INSERT INTO tallies (name, shard, n)
    VALUES (${arg('name')}, ${dialect === 'sqlite' ? sql`0` : tallyShard}, ${arg('by')})
    ON CONFLICT (name, shard) DO UPDATE SET n = tallies.n + excluded.n`,
)

/** Keeps a running total that would be dear to count. */
export function* tally(name: string, by: number): Script<void> {
  yield* add(addTally, { name }, { by })
}
