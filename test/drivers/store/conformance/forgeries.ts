// Statements that go past the verbs: rows as they would have to be, so that nothing but the guard can refuse them.

import type { DialectName } from '../../../../src/drivers/store/statement.ts'
import type { attemptStates, taskStates } from '../../../../src/model/transitions.ts'
import { t0 } from './wants.ts'

/** What a row of that state must say so that only the arrow itself can be wrong. */
export const taskAs = (state: (typeof taskStates)[number]): string =>
  state === 'settled'
    ? `state = 'settled', outcome = 'done', verified = 0, settled_at = ${t0}`
    : `state = '${state}', outcome = NULL, verified = NULL, settled_at = NULL, ready_at = 1, rank = ${2 * t0}, attempt_id = 1`

export const attemptAs = (state: (typeof attemptStates)[number]): string =>
  state === 'ended'
    ? `state = 'ended', class = 'success', ended_at = 1`
    : `state = '${state}', class = NULL, ended_at = NULL`

export function insertTask(
  dialect: DialectName,
  id: number | null,
  state: string,
  verb = 'INSERT',
): string {
  const columns =
    'state, outcome, settled_at, attempt_id, ready_at, rank, title, priority, demand_id, order_json, has_check, attempts_max, created_at, created_by'
  const final = state === 'settled' ? "'done', 1" : 'NULL, NULL'
  return insert(
    dialect,
    'tasks',
    id,
    verb,
    columns,
    `'${state}', ${final}, 1, 1, 1, 'forged', 0, 1, '{}', 0, 1, 1, 'x'`,
  )
}

export function insertAttempt(
  dialect: DialectName,
  id: number | null,
  task: number,
  state: string,
  verb = 'INSERT',
): string {
  const columns =
    'state, ended_at, class, task_id, agent, host, nonce, token_hash, config_hash, lanes_json, lease_until, claimed_at'
  const final = state === 'ended' ? "1, 'success'" : 'NULL, NULL'
  return insert(
    dialect,
    'attempts',
    id,
    verb,
    columns,
    `'${state}', ${final}, ${task}, 'a', 'h', 'n', 't', 'c', '[]', 1, 1`,
  )
}

function insert(
  dialect: DialectName,
  table: string,
  id: number | null,
  verb: string,
  columns: string,
  values: string,
): string {
  if (id === null) return `${verb} INTO ${table} (${columns}) VALUES (${values})`
  return `${verb} INTO ${table} (id, ${columns}) ${dialect === 'postgres' ? 'OVERRIDING SYSTEM VALUE' : ''} VALUES (${id}, ${values})`
}

/** Ways to put another row in the place of task `id`; `other` is another task. */
export function replacements(dialect: DialectName, id: number, other: number): string[] {
  const forged = insertTask(dialect, id, 'ready')
  const upsert = `${forged} ON CONFLICT (id) DO UPDATE SET state = 'ready'`
  if (dialect === 'postgres')
    return [
      forged,
      upsert,
      `BEGIN; DELETE FROM tasks WHERE id = ${id}; ${forged}; COMMIT`,
      `WITH gone AS (DELETE FROM tasks WHERE id = ${id} RETURNING id) ${forged}`,
      `MERGE INTO tasks USING (SELECT ${id} AS id) s ON tasks.id = s.id WHEN MATCHED THEN UPDATE SET state = 'ready', outcome = NULL, settled_at = NULL, verified = NULL`,
    ]
  return [
    forged,
    upsert,
    insertTask(dialect, id, 'ready', 'REPLACE'),
    insertTask(dialect, id, 'ready', 'INSERT OR REPLACE'),
    insertTask(dialect, id, 'settled', 'REPLACE'),
    `UPDATE OR REPLACE tasks SET id = ${id} WHERE id = ${other === id ? `${id} OR 1` : other}`,
    `UPDATE sqlite_sequence SET seq = 0;\n${insertTask(dialect, id, 'ready', 'REPLACE')}`,
    `BEGIN;\nDELETE FROM tasks WHERE id = ${id};\n${forged};\nCOMMIT`,
  ]
}
