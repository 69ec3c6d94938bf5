// Taking tasks that a claim has chosen: an attempt for each of them, the tasks taken by their attempts, and what happened told; all
// of them at once, each with its own fence.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { FactBody } from '../../../model/fact.ts'
import type { Task } from '../../../model/task.ts'
import type { Claimed, ClaimInput } from '../contract/shapes.ts'
import { atOnce, keyed, putting } from '../many.ts'
import { type AttemptRow, attemptFromRow, type TaskRow, taskFromRow } from '../rows.ts'
import { first, last, type Script, tell, together } from '../script.ts'
import { bodyOf, record } from './facts.ts'
import { answersOfAll } from './waits.ts'

interface NewAttempt {
  task_id: number
  state: 'claimed'
  agent: string
  host: string
  nonce: string
  tokenHash: string
  configHash: string
  lanes: string
  leaseUntil: number
  now: number
}
const ofAttempt = {
  task_id: 'bigint',
  state: 'text',
  agent: 'text',
  host: 'text',
  nonce: 'text',
  tokenHash: 'text',
  configHash: 'text',
  lanes: 'text',
  leaseUntil: 'bigint',
  now: 'bigint',
} as const
const named = Object.keys(ofAttempt) as (keyof NewAttempt)[]
/** What is known of a fresh attempt. */
export const attemptColumns = sql.raw(
  'task_id, state, agent, host, nonce, token_hash, config_hash, lanes_json, lease_until, claimed_at',
)
const insertAttempt = putting<NewAttempt, AttemptRow>(
  'insertAttempt',
  { key: 'task_id', types: ofAttempt },
  (rows) => sql<AttemptRow>`INSERT INTO attempts (${attemptColumns}) ${rows} RETURNING *`,
)

/** It was chosen, and on PostgreSQL locked, in this transaction: it is still ready. */
const take = keyed<{ id: number; attemptId: number }>(
  'take',
  { key: 'id', column: 'id', types: { id: 'bigint', attemptId: 'bigint' } },
  (its, of) => sql`UPDATE tasks SET state = 'taken', attempt_id = ${of('attemptId')}
    WHERE ${its} AND state = 'ready'`,
)

/** All three at once. */
const takeAtOnce = atOnce<NewAttempt & { body: string }, AttemptRow>(
  'takeAtOnce',
  { key: 'task_id', types: { ...ofAttempt, body: 'text' } },
  (lists, of) =>
    sql<AttemptRow>`WITH fresh AS (
        INSERT INTO attempts (${attemptColumns}) SELECT * FROM unnest(${sql.join(named.map(lists))}) RETURNING *),
      taken AS (
        UPDATE tasks SET state = 'taken', attempt_id = (SELECT f.id FROM fresh f WHERE f.task_id = tasks.id)
        WHERE id = ANY(${lists('task_id')}) AND state = 'ready'),
      told AS (
        INSERT INTO facts (at, kind, task_id, attempt_id, body_json)
        SELECT f.claimed_at, 'attempt.claimed', f.task_id, f.id, ${of('body', sql`f.task_id`)}
        FROM fresh f ORDER BY f.id)
      SELECT * FROM fresh`,
)

/** A task that was chosen: with whether persons answered questions of it. */
export type ChosenRow = TaskRow & { readonly answered: number }

/**
 * Takes these tasks, which were chosen in this transaction. One that cannot be read is not taken, nor are its neighbours. Where
 * `isLast`, nothing is said in it behind that.
 */
export function* takeAll(
  input: ClaimInput,
  rows: readonly ChosenRow[],
  seeds: ClaimInput['seeds'],
  isLast: boolean,
): Script<readonly Claimed[]> {
  const tasks = rows.map((row) =>
    taskFromRow({ ...row, state: 'taken', attempt_id: 0, attempts: Number(row.attempts) + 1 }),
  )
  const answered = rows.filter((row) => row.answered === 1).map(({ id }) => id)
  const answers = answered.length === 0 ? [] : yield* answersOfAll(answered)
  const { agent, host, configHash, leaseUntil, now } = input
  const lanes = JSON.stringify(input.lanes)
  const common = { state: 'claimed', agent, host, configHash, lanes, leaseUntil, now } as const
  const fact = claimFact(input)
  const seedOf = (nth: number) => present(seeds[nth], 'a seed per wished attempt')
  const sets = rows.map(({ id }, nth) => ({ ...common, ...seedOf(nth), task_id: id }))
  const body = bodyOf(fact)
  const taking = together<(AttemptRow | undefined)[]>(
    ...sets.map((set) => first(takeAtOnce, { ...set, body })),
  )
  const taken = yield* isLast ? last(taking) : taking
  const attempts = taken.includes(undefined) ? yield* takeOneByOne(sets, fact) : taken
  return tasks.map((task, nth) => {
    const attempt = attemptFromRow(present(attempts[nth], 'an inserted attempt returns its row'))
    return {
      attempt,
      task: { ...task, attemptId: attempt.id } as Task,
      answers: answers.filter(({ taskId }) => taskId === task.id),
    }
  })
}

/** The fact of it. */
export const claimFact = ({ agent, host, lanes }: Pick<ClaimInput, 'agent' | 'host' | 'lanes'>) =>
  ({ kind: 'attempt.claimed', agent, host, lanes }) as const

/** Where there is no statement that does it at once: SQLite. */
function* takeOneByOne(
  sets: readonly NewAttempt[],
  fact: Extract<FactBody, { kind: 'attempt.claimed' }>,
): Script<readonly (AttemptRow | undefined)[]> {
  const inserted = yield* together<(AttemptRow | undefined)[]>(
    ...sets.map((set) => first(insertAttempt, set)),
  )
  const taken = inserted.map((row) => present(row, 'an inserted attempt returns its row'))
  for (const { id, task_id } of taken) yield* tell(take, { id: task_id, attemptId: id })
  for (const { id, task_id, claimed_at } of taken)
    yield* record(claimed_at, { taskId: task_id, attemptId: id }, fact)
  return taken
}
