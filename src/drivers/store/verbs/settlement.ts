// The one place where a task becomes settled: once, from any unsettled state, with a fact, and with word to whoever
// waited for it, all in one transaction.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { Outcome, Task } from '../../../model/task.ts'
import { keyed } from '../many.ts'
import { alone, changed, first, type Script, tell, together } from '../script.ts'
import { statement } from '../statement.ts'
import { releaseFollowers } from './after.ts'
import { landConvoys } from './convoy-landing.ts'
import { record, tally } from './facts.ts'
import { afterReview } from './review-offer.ts'
import { lockTask } from './task.ts'

const toSettled = statement<
  { id: number; outcome: string; verified: number | null; by: string; reason: string; now: number },
  { id: number }
>('toSettled', (db, arg) =>
  db
    .updateTable('tasks')
    .set({
      state: 'settled',
      outcome: arg('outcome'),
      verified: arg('verified'),
      settled_at: arg('now'),
      settled_by: arg('by'),
      reason: arg('reason'),
    })
    .where('id', '=', arg('id'))
    .where('state', '<>', 'settled')
    .returning('id'),
)

const dropHolds = statement<{ id: number; now: number; by: string }>(
  'dropHolds',
  (_db, arg) =>
    sql`UPDATE holds SET released_at = ${arg('now')}, released_by = ${arg('by')}
      WHERE task_id = ${arg('id')} AND released_at IS NULL`,
)

interface HeldTask {
  id: number
  attemptId: number
  outcome: string
  verified: number | null
  by: string
  reason: string
  now: number
  unlessWaits: number
}
type SettledRow = { id: number; again_of: number | null; judges: number }

/** taken → settled, by exactly the attempt that holds it. Told is what may make it matter to others. */
const toSettledByHolder = keyed<HeldTask, SettledRow>(
  'toSettledByHolder',
  {
    key: 'id',
    column: 'tasks.id',
    types: {
      id: 'bigint',
      attemptId: 'bigint',
      outcome: 'text',
      verified: 'bigint',
      by: 'text',
      reason: 'text',
      now: 'bigint',
      unlessWaits: 'bigint',
    },
  },
  (its, of) =>
    sql<SettledRow>`UPDATE tasks SET state = 'settled', outcome = ${of('outcome')}, verified = ${of('verified')},
      settled_at = ${of('now')}, settled_by = ${of('by')}, reason = ${of('reason')}
      WHERE ${its} AND state = 'taken' AND attempt_id = ${of('attemptId')}
      AND (${of('unlessWaits')} = 0 OR (SELECT a.asked IS NULL AND a.waits_json IS NULL
        FROM attempts a WHERE a.id = tasks.attempt_id))
      RETURNING id, again_of, CASE WHEN order_json LIKE '%"reviewOf"%' THEN 1 ELSE 0 END AS judges`,
)

/** Whether anybody waits for this task: a hold, or a convoy that it is a member of or lands. */
const selectWaiting = statement<{ id: number }, { id: number }>(
  'selectWaiting',
  (_db, arg) => sql<{ id: number }>`SELECT ${arg('id')} AS id WHERE EXISTS (SELECT 1 FROM holds
        WHERE after_task = ${arg('id')} AND kind = 'after' AND released_at IS NULL)
      OR EXISTS (SELECT 1 FROM convoy_tasks WHERE task_id = ${arg('id')})
      OR EXISTS (SELECT 1 FROM convoys WHERE landing_task = ${arg('id')})`,
  {
    key: 'id',
    types: { id: 'bigint' },
    build: (lists) =>
      sql`SELECT after_task AS id FROM holds
          WHERE after_task = ANY(${lists('id')}) AND kind = 'after' AND released_at IS NULL
        UNION ALL SELECT task_id FROM convoy_tasks WHERE task_id = ANY(${lists('id')})
        UNION ALL SELECT landing_task FROM convoys WHERE landing_task = ANY(${lists('id')})`,
  },
)

export interface Settlement {
  readonly outcome: Outcome
  readonly verified: boolean | null
  readonly by: string
  readonly reason: string
  readonly attemptId: number | null
}

/** Any unsettled state → settled, once. Whoever waited for this task is told in the same transaction. */
export function* settleTask(task: Task, how: Settlement, now: number): Script<boolean> {
  const done = how.outcome === 'done'
  const verified = done ? Number(how.verified === true) : null
  const { outcome, by, reason } = how
  const { id } = task
  const [isSettled, waiting] = yield* together(
    changed(toSettled, { id, outcome, verified, by, reason, now }),
    first(selectWaiting, { id }),
  )
  if (!isSettled) return false
  if (task.state === 'held') yield* tell(dropHolds, { id, now, by: 'settled' })
  yield* recordSettled(id, how, now)
  if (waiting !== undefined || task.againOf !== null || task.order.reviewOf !== undefined)
    yield* tellOthers(task, outcome, reason, now)
  yield* tally(`settled:${outcome}`, 1)
  return true
}

/**
 * The same by the attempt that holds the task, as almost all are settled: one look tells whether it does, and whether the
 * settlement concerns anybody. False, with nothing done, where it does not hold it, or (`unlessWaits`) lets it wait.
 */
export function* settleHeld(
  id: number,
  attemptId: number,
  how: Omit<Settlement, 'attemptId'>,
  now: number,
  unlessWaits = 0,
): Script<boolean> {
  const { outcome, by, reason } = how
  const verified = outcome === 'done' ? Number(how.verified === true) : null
  const [settled, waiting] = yield* together(
    first(toSettledByHolder, { id, attemptId, outcome, verified, by, reason, now, unlessWaits }),
    first(selectWaiting, { id }),
  )
  if (settled === undefined) return false
  yield* recordSettled(id, { ...how, attemptId }, now)
  if (waiting !== undefined || settled.again_of !== null || settled.judges === 1) {
    yield* alone()
    const task = present(yield* lockTask(id), 'a task that was just settled is there')
    yield* tellOthers(task, outcome, reason, now)
  }
  yield* tally(`settled:${outcome}`, 1)
  return true
}

const recordSettled = (taskId: number, how: Settlement, now: number): Script<void> =>
  record(now, { taskId, attemptId: how.attemptId }, settledFact(how))

/** The fact of it. */
export const settledFact = ({ outcome, verified, by, reason }: Settlement) =>
  ({
    kind: 'task.settled',
    outcome,
    verified: outcome === 'done' ? verified === true : null,
    by,
    reason,
  }) as const

/** Whoever waited for this task, or for one that it does again. */
function* tellOthers(task: Task, outcome: Outcome, reason: string, now: number): Script<void> {
  yield* alone()
  const chain = yield* releaseFollowers(task, outcome, now)
  yield* landConvoys(task, outcome, chain, now)
  yield* afterReview(task, reason, now)
}
