// prune: the only way to delete. Settled tasks older than a moment go with their attempts, holds and facts; what an
// unsettled task refers to stays, and a key of scope `ever` keeps its task for good.

import { sql } from 'kysely'

import { all, first, type Script } from '../script.ts'
import { numbersOf, statement } from '../statement.ts'
import type { DutyTerm } from '../../../model/duty.ts'
import { isStillOnDuty } from './duties.ts'
import { tally } from './facts.ts'

export const permit = statement<object>(
  'permit',
  () => sql`INSERT INTO permits (name) VALUES ('prune') ON CONFLICT DO NOTHING`,
)
export const revoke = statement<object>(
  'revoke',
  () => sql`DELETE FROM permits WHERE name = 'prune'`,
)

/** Nothing refers to the task `t` any more. */
const unneeded = sql`NOT EXISTS (SELECT 1 FROM keys k WHERE k.task_id = t.id AND k.scope = 'ever')
      AND NOT EXISTS (SELECT 1 FROM tasks u WHERE u.again_of = t.id)
      AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.after_task = t.id AND h.kind = 'after' AND h.released_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.task_id = t.id AND a.state <> 'ended')
      AND NOT EXISTS (SELECT 1 FROM reviews r JOIN tasks o ON o.id = r.task_id
        WHERE r.judged = t.id AND o.state <> 'settled')
      AND NOT EXISTS (SELECT 1 FROM reviews r JOIN tasks o ON o.id = r.judged
        WHERE r.task_id = t.id AND o.state <> 'settled')
      AND NOT EXISTS (SELECT 1 FROM convoy_tasks m JOIN convoys c ON c.id = m.convoy_id
        WHERE m.task_id = t.id AND c.landed_at IS NULL)`

const lockPrunable = statement<{ before: number; limit: number }, { id: number }>(
  'lockPrunable',
  (_db, arg, dialect) =>
    sql<{ id: number }>`SELECT t.id FROM tasks t
      WHERE t.state = 'settled' AND t.settled_at < ${arg('before')} AND ${unneeded}
      ORDER BY t.settled_at LIMIT ${arg('limit')}
      ${dialect === 'postgres' ? sql`FOR UPDATE OF t SKIP LOCKED` : sql``}`,
)
/** Asked again once the tasks are locked: on PostgreSQL somebody may have come to need one of them in between. */
const selectPrunable = statement<{ ids: string }, { id: number; outcome: string }>(
  'selectPrunable',
  (_db, arg, dialect) =>
    sql<{ id: number; outcome: string }>`SELECT t.id, t.outcome FROM tasks t
      WHERE t.id IN (${numbersOf(arg('ids'), dialect)}) AND ${unneeded} ORDER BY t.id`,
)

const dropJudgement = statement<{ taskId: number }>(
  'drop judgement',
  (_db, arg) => sql`DELETE FROM reviews WHERE judged = ${arg('taskId')}`,
)
const parts = [
  'facts',
  'holds',
  'attempts',
  'keys',
  'reviews',
  'convoy_tasks',
  'provenance',
] as const
const dropPart = parts.map((table) =>
  statement<{ taskId: number }>(
    `drop ${table}`,
    (_db, arg) => sql`DELETE FROM ${sql.table(table)} WHERE task_id = ${arg('taskId')}`,
  ),
)
const dropTask = statement<{ taskId: number }>(
  'drop task',
  (_db, arg) => sql`DELETE FROM tasks WHERE id = ${arg('taskId')}`,
)

const countPrunable = statement<{ before: number }, { n: number }>(
  'countPrunable',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM tasks t
      WHERE t.state = 'settled' AND t.settled_at < ${arg('before')} AND ${unneeded}`,
)

/** See Store.prunable. */
export function* prunable(input: { before: number }): Script<{ tasks: number }> {
  return { tasks: Number((yield* first(countPrunable, input))?.n ?? 0) }
}

/** See Store.prune. A task that a newer one does again is kept until that newer one is gone. */
export function* prune(input: {
  before: number
  limit: number
  by?: DutyTerm
}): Script<{ tasks: number }> {
  if (!(yield* isStillOnDuty(input.by))) return { tasks: 0 }
  const locked = yield* all(lockPrunable, input)
  const rows = yield* all(selectPrunable, { ids: JSON.stringify(locked.map((row) => row.id)) })
  if (rows.length === 0) return { tasks: 0 }
  yield* all(permit, {})
  for (const { id, outcome } of rows) {
    for (const drop of dropPart) yield* all(drop, { taskId: id })
    yield* all(dropJudgement, { taskId: id })
    yield* all(dropTask, { taskId: id })
    yield* tally(`settled:${outcome}`, -1)
    yield* tally('pruned', 1)
  }
  yield* all(revoke, {})
  return { tasks: rows.length }
}
