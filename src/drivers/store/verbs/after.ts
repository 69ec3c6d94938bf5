// What waits for a task, and what its settlement does to the waiting. `done` releases, through the whole chain of
// `againOf`; any other outcome releases only who asked for any ending and marks the others "needs a person".

import type { Release } from '../../../model/hold.ts'
import type { Outcome, Task } from '../../../model/task.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockTaskRow } from './lock.ts'
import { releaseHold } from './release.ts'

const selectFollowers = statement<{ taskId: number }, HoldRow>(
  'selectFollowers',
  (db, arg) =>
    db
      .selectFrom('holds')
      .selectAll()
      .where('after_task', '=', arg('taskId'))
      .where('kind', '=', 'after')
      .where('released_at', 'is', null)
      .orderBy('task_id')
      .orderBy('id') as never,
)

const selectAgainOf = statement<{ id: number }, { again_of: number | null }>(
  'selectAgainOf',
  (db, arg) => db.selectFrom('tasks').select('again_of').where('id', '=', arg('id')),
)

const markHold = statement<{ id: number; release: string }>('markHold', (db, arg) =>
  db
    .updateTable('holds')
    .set({ release_json: arg('release') })
    .where('id', '=', arg('id')),
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
  for (const row of yield* all(selectFollowers, { taskId })) {
    const hold = holdFromRow(row)
    if (hold.release.kind !== 'after') continue
    if (outcome === 'done' || (itself && hold.release.any)) {
      yield* releaseHold(hold, `task ${taskId} ${outcome}`, now)
    } else if (itself && !hold.release.needsPerson) {
      const release: Release = { ...hold.release, needsPerson: true }
      yield* all(markHold, { id: hold.id, release: JSON.stringify(release) })
      yield* record(
        now,
        { taskId: hold.taskId },
        {
          kind: 'hold.needs_person',
          holdId: hold.id,
          after: taskId,
          outcome,
        },
      )
    }
  }
}
