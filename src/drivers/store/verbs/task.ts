// What several verbs need to know of a task, and the one place where a task becomes ready.

import type { Task } from '../../../model/task.ts'
import { rankOf } from '../../../model/task.ts'
import { type TaskRow, taskFromRow } from '../rows.ts'
import { changed, first, type Script, together } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockTaskRow } from './lock.ts'

const selectTask = statement<{ id: number }, TaskRow>('selectTask', (db, arg) =>
  db
    .selectFrom('tasks')
    .innerJoin('demands', 'demands.id', 'tasks.demand_id')
    .selectAll('tasks')
    .select('demands.demand_json')
    .select((eb) =>
      eb
        .selectFrom('attempts')
        .select(eb.fn.countAll<number>().as('n'))
        .whereRef('attempts.task_id', '=', 'tasks.id')
        .as('attempts'),
    )
    .where('tasks.id', '=', arg('id')),
)

/** The task, locked for this transaction, for who reads it is about to decide by it; null when there is none. */
export function* lockTask(id: number): Script<Task | null> {
  const [, row] = yield* together(lockTaskRow(id), first(selectTask, { id }))
  return row ? taskFromRow(row) : null
}

const toReady = statement<{ id: number; from: string; now: number; rank: number }, { id: number }>(
  'toReady',
  (db, arg) =>
    db
      .updateTable('tasks')
      .set({ state: 'ready', ready_at: arg('now'), rank: arg('rank') })
      .where('id', '=', arg('id'))
      .where('state', '=', arg('from'))
      .returning('id'),
)

/** held | taken → ready. The caller has checked that nothing holds it. */
export function* makeReady(task: Task, now: number): Script<boolean> {
  const args = { id: task.id, from: task.state, now, rank: rankOf(now, task.priority) }
  if (!(yield* changed(toReady, args))) return false
  yield* record(now, { taskId: task.id }, { kind: 'task.ready' })
  return true
}
