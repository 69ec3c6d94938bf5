// Whether a convoy has landed: decided in the transaction that settles the last of its members (or the task that lands
// it), once.

import { sql } from 'kysely'

import { isDone } from '../../../model/convoy.ts'
import type { Outcome, Task } from '../../../model/task.ts'
import { all, changed, type Script } from '../script.ts'
import { numbersOf, statement } from '../statement.ts'
import { lockConvoy, membersOf } from './convoy-rows.ts'
import { record } from './facts.ts'
import { task as readTask } from './reading.ts'

const selectTouched = statement<{ ids: string }, { id: number }>(
  'selectTouchedConvoys',
  (_db, arg, dialect) =>
    sql<{ id: number }>`SELECT DISTINCT convoy_id AS id FROM convoy_tasks
      WHERE task_id IN (${numbersOf(arg('ids'), dialect)}) ORDER BY id`,
)
const selectLandedBy = statement<{ task: number }, { id: number }>('selectLandedBy', (db, arg) =>
  db.selectFrom('convoys').select('id').where('landing_task', '=', arg('task')),
)
const land = statement<{ id: number; now: number }, { id: number }>(
  'landConvoy',
  (_db, arg) =>
    sql<{ id: number }>`UPDATE convoys SET landed_at = ${arg('now')}
      WHERE id = ${arg('id')} AND landed_at IS NULL RETURNING id`,
)

/** After a task settled as done: lands the convoys of it, and of those that it does again. */
export function* landConvoys(
  task: Task,
  outcome: Outcome,
  chain: readonly number[],
  now: number,
): Script<void> {
  if (outcome !== 'done') return
  for (const { id } of yield* all(selectTouched, { ids: JSON.stringify([task.id, ...chain]) }))
    yield* convoyIfDone(id, now)
  for (const { id } of yield* all(selectLandedBy, { task: task.id })) yield* convoyIfDone(id, now)
}

/** Lands it when every member is done, and the landing task, if it has one. An empty one never lands. */
export function* convoyIfDone(id: number, now: number): Script<void> {
  const convoy = yield* lockConvoy(id)
  if (convoy === null || convoy.landedAt !== null) return
  const members = yield* membersOf(id)
  if (members.length === 0 || !members.every(isDone)) return
  if (convoy.landingTask !== null) {
    const landing = yield* readTask(convoy.landingTask)
    if (landing?.state !== 'settled' || landing.outcome !== 'done') return
  }
  if (!(yield* changed(land, { id, now }))) return
  yield* record(now, {}, { kind: 'convoy.landed', convoyId: id, tasks: members.length })
}
