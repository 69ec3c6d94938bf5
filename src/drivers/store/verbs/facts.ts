// How every verb records what happened, in the same transaction as the change itself.

import { sql } from 'kysely'

import type { FactBody } from '../../../model/fact.ts'
import type { Refusal } from '../../../model/refusal.ts'
import { add, type Script, tell } from '../script.ts'
import { statement } from '../statement.ts'

export interface Subject {
  readonly taskId?: number | null
  readonly attemptId?: number | null
}

const insertFact = statement<{
  at: number
  kind: string
  taskId: number | null
  attemptId: number | null
  body: string
}>('insertFact', (db, arg) =>
  db.insertInto('facts').values({
    at: arg('at'),
    kind: arg('kind'),
    task_id: arg('taskId'),
    attempt_id: arg('attemptId'),
    body_json: arg('body'),
  }),
)

/** Records one fact. */
export function* record(now: number, subject: Subject, body: FactBody): Script<void> {
  yield* tell(insertFact, {
    at: now,
    kind: body.kind,
    taskId: subject.taskId ?? null,
    attemptId: subject.attemptId ?? null,
    body: JSON.stringify(body),
  })
}

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

const addTally = statement<{ name: string; shard: number; by: number }>(
  'addTally',
  (_db, arg) =>
    sql`INSERT INTO tallies (name, shard, n) VALUES (${arg('name')}, ${arg('shard')}, ${arg('by')})
      ON CONFLICT (name, shard) DO UPDATE SET n = tallies.n + excluded.n`,
)

/** Keeps a running total that would be dear to count. Sharded by id, so that hosts do not queue for one row. */
export function* tally(name: string, id: number, by: number): Script<void> {
  yield* add(addTally, { name, shard: id % 8 }, { by })
}
