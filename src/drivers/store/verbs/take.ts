// Taking tasks that a claim has chosen: an attempt for each of them, the tasks taken by their attempts, and what happened told; all
// of them at once, each with its own fence.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { Claimed, ClaimInput } from '../contract/shapes.ts'
import { keyed, putting } from '../many.ts'
import { type AttemptRow, attemptFromRow, type TaskRow, taskFromRow } from '../rows.ts'
import { first, type Script, tell, together } from '../script.ts'
import { record } from './facts.ts'
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
const insertAttempt = putting<NewAttempt, AttemptRow>(
  'insertAttempt',
  {
    key: 'task_id',
    types: {
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
    },
  },
  (rows) =>
    sql<AttemptRow>`INSERT INTO attempts (task_id, state, agent, host, nonce, token_hash, config_hash, lanes_json,
      lease_until, claimed_at) ${rows} RETURNING *`,
)

/** It was chosen, and on PostgreSQL locked, in this transaction: it is still ready. */
const take = keyed<{ id: number; attemptId: number }>(
  'take',
  { key: 'id', column: 'id', types: { id: 'bigint', attemptId: 'bigint' } },
  (its, of) => sql`UPDATE tasks SET state = 'taken', attempt_id = ${of('attemptId')}
    WHERE ${its} AND state = 'ready'`,
)

/** Takes these tasks, which were chosen in this transaction. */
export function* takeAll(
  input: ClaimInput,
  rows: readonly TaskRow[],
  seeds: ClaimInput['seeds'],
): Script<readonly Claimed[]> {
  const { agent, host, configHash, leaseUntil, now } = input
  const lanes = JSON.stringify(input.lanes)
  const common = { state: 'claimed', agent, host, configHash, lanes, leaseUntil, now } as const
  const seedOf = (nth: number) => present(seeds[nth], 'a seed per wished attempt')
  const inserts = rows.map(({ id }, nth) =>
    first(insertAttempt, { ...common, ...seedOf(nth), task_id: id }),
  )
  const [inserted, answers] = yield* together(
    together<(AttemptRow | undefined)[]>(...inserts),
    answersOfAll(rows.map(({ id }) => id)),
  )
  const taken = rows.map((row, nth) => ({
    row,
    attempt: attemptFromRow(present(inserted[nth], 'an inserted attempt returns its row')),
  }))
  for (const { row, attempt } of taken) yield* tell(take, { id: row.id, attemptId: attempt.id })
  for (const { row, attempt } of taken)
    yield* record(
      now,
      { taskId: row.id, attemptId: attempt.id },
      { kind: 'attempt.claimed', agent, host, lanes: input.lanes },
    )
  return taken.map(({ row, attempt }) => {
    const attempts = Number(row.attempts) + 1
    const task = { ...row, state: 'taken', attempt_id: attempt.id, attempts }
    return {
      attempt,
      task: taskFromRow(task),
      answers: answers.filter(({ taskId }) => taskId === row.id),
    }
  })
}
