// ask: a session asks a person. Its session is stopped in the same transaction, for no session idles while a person
// thinks; the hold is put when it has ended, so that no second session begins beside it.

import { sql } from 'kysely'

import { type Fenced, refusal } from '../../../model/refusal.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { liveAttempt, subjectOf } from './attempt.ts'
import { record, refuse } from './facts.ts'
import { lockTask } from './task.ts'
import { askStop } from './watch.ts'

const selectAsker = statement<{ id: number }, { task_id: number }>('selectAsker', (db, arg) =>
  db.selectFrom('attempts').select('task_id').where('id', '=', arg('id')),
)
const putAsked = statement<{ id: number; question: string }>(
  'putAsked',
  (_db, arg) =>
    sql`UPDATE attempts SET asked = ${arg('question')} WHERE id = ${arg('id')} AND state <> 'ended'`,
)

/** See Store.ask. Asking again replaces the question. */
export function* ask(input: { attemptId: number; question: string; now: number }): Script<Fenced> {
  const { attemptId, question, now } = input
  // Task before attempt, as every verb locks them.
  const asker = yield* first(selectAsker, { id: attemptId })
  const task = asker === undefined ? null : yield* lockTask(asker.task_id)
  const live = yield* liveAttempt(attemptId)
  if (live.attempt === null) return yield* refuse(now, live.subject, 'ask', live.stale)
  const { attempt } = live
  if (task === null || task.state !== 'taken' || task.attemptId !== attemptId)
    return yield* refuse(
      now,
      subjectOf(attempt),
      'ask',
      refusal(
        'fence.stale',
        `attempt ${attemptId} no longer holds task ${attempt.taskId}, which is ${task?.state ?? 'gone'}`,
        'nothing to do: somebody else decided',
      ),
    )
  yield* all(putAsked, { id: attemptId, question })
  yield* record(now, subjectOf(attempt), { kind: 'attempt.asked', question })
  const by = `attempt ${attemptId}`
  yield* askStop({ attemptIds: [attemptId], reason: 'it asks a person', by, now })
  return { ok: true }
}
