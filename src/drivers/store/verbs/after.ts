// What waits for a task, and what its settlement does to the waiting. `done` releases, through the whole chain of
// `againOf`; any other outcome releases only who asked for any ending and marks the others "needs a person".

import { sql } from 'kysely'

import type { Release } from '../../../model/hold.ts'
import type { Outcome, Task } from '../../../model/task.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockTaskRow } from './lock.ts'
import { tellBlocked } from './persons.ts'
import { releaseHold } from './release.ts'

const selectFollowers = statement<{ taskId: number }, HoldRow>('selectFollowers', (db, arg) =>
  db
    .selectFrom('holds')
    .selectAll()
    .where('after_task', '=', arg('taskId'))
    .where('kind', '=', 'after')
    .where('released_at', 'is', null)
    .orderBy('task_id')
    .orderBy('id'),
)

const selectAgainOf = statement<{ id: number }, { again_of: number | null }>(
  'selectAgainOf',
  (db, arg) => db.selectFrom('tasks').select('again_of').where('id', '=', arg('id')),
)

const markHold = statement<{ id: number; release: string }>(
  'markHold',
  (_db, arg) =>
    sql`UPDATE holds SET release_json = ${arg('release')}, needs_person = 1 WHERE id = ${arg('id')}`,
)

/**
 * Releases or marks every hold that waits for this task, or, when done, for one that it does again. Answers those
 * that it does again, as far as that matters now.
 */
export function* releaseFollowers(
  task: Task,
  outcome: Outcome,
  now: number,
): Script<readonly number[]> {
  const before = outcome === 'done' ? yield* lockChain(task.againOf) : []
  yield* answerFollowers(task.id, outcome, now, true)
  for (const id of before) yield* answerFollowers(id, outcome, now, false)
  return before
}

/** The tasks that this one does again, newest first; locked, so that no new wait for one of them is missed. */
function* lockChain(newest: number | null): Script<number[]> {
  const chain: number[] = []
  for (let id = newest; id !== null && chain.length < 1_000; ) {
    chain.push(id)
    yield* lockTaskRow(id)
    const row: { again_of: number | null } | undefined = yield* first(selectAgainOf, { id })
    id = row?.again_of ?? null
  }
  return chain
}

function* answerFollowers(
  taskId: number,
  outcome: Outcome,
  now: number,
  itself: boolean,
): Script<void> {
  const marked: number[] = []
  for (const row of yield* all(selectFollowers, { taskId })) {
    const hold = holdFromRow(row)
    if (hold.release.kind !== 'after') continue
    if (outcome === 'done' || (itself && hold.release.any)) {
      yield* releaseHold(hold, `task ${taskId} ${outcome}`, now)
    } else if (itself && !hold.release.needsPerson) {
      const release: Release = { ...hold.release, needsPerson: true }
      yield* all(markHold, { id: hold.id, release: JSON.stringify(release) })
      const body = { kind: 'hold.needs_person' as const, holdId: hold.id, after: taskId, outcome }
      yield* record(now, { taskId: hold.taskId }, body)
      marked.push(hold.taskId)
    }
  }
  yield* tellBlocked(taskId, marked, now)
}

const countWaiting = statement<{ taskId: number }, { n: number }>(
  'countWaiting',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM holds WHERE kind = 'after' AND released_at IS NULL
      AND after_task = ${arg('taskId')}`,
)

/** See Store.countFollowers. */
export function* countFollowers(taskId: number): Script<number> {
  return Number((yield* first(countWaiting, { taskId }))?.n ?? 0)
}
