// ask: a session asks a person. Its session is stopped in the same transaction, for no session idles while a person
// thinks; the hold is put when it has ended, so that no second session begins beside it. waitFor: the same, where the task
// is to wait for a time, a task, a lock or somebody's work.

import { sql } from 'kysely'

import type { Attempt } from '../../../model/attempt.ts'
import type { Release } from '../../../model/hold.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { liveAttempt, subjectOf } from './attempt.ts'
import { record, refuse } from './facts.ts'
import { lockTask } from './task.ts'
import { circleRefusal, lockWaiting } from './waiting.ts'
import { askStop } from './watch.ts'

const selectAsker = statement<{ id: number }, { task_id: number }>('selectAsker', (db, arg) =>
  db.selectFrom('attempts').select('task_id').where('id', '=', arg('id')),
)
const putAsked = statement<{ id: number; question: string }>(
  'putAsked',
  (_db, arg) =>
    sql`UPDATE attempts SET asked = ${arg('question')} WHERE id = ${arg('id')} AND state <> 'ended'`,
)

const putWaits = statement<{ id: number; release: string }>(
  'putWaits',
  (_db, arg) =>
    sql`UPDATE attempts SET waits_json = ${arg('release')} WHERE id = ${arg('id')} AND state <> 'ended'`,
)

/** See Store.ask. Asking again replaces the question. */
export function* ask(input: { attemptId: number; question: string; now: number }): Script<Fenced> {
  const { attemptId, question, now } = input
  const own = yield* ownTask(attemptId, 'ask', now)
  if (!own.ok) return own
  yield* all(putAsked, { id: attemptId, question })
  yield* record(now, subjectOf(own.attempt), { kind: 'attempt.asked', question })
  yield* askStop({ ...stopOf(attemptId), reason: 'it asks a person', now })
  return { ok: true }
}

/** See Store.waitFor. Said again, it replaces what it waited for. */
export function* waitFor(input: {
  attemptId: number
  release: Release
  now: number
}): Script<Fenced> {
  const { attemptId, release, now } = input
  yield* lockWaiting(release)
  const own = yield* ownTask(attemptId, 'waitFor', now)
  if (!own.ok) return own
  const { attempt } = own
  const circle = yield* circleRefusal(attempt.taskId, release)
  if (circle !== null) return yield* refuse(now, subjectOf(attempt), 'waitFor', circle)
  yield* all(putWaits, { id: attemptId, release: JSON.stringify(release) })
  yield* record(now, subjectOf(attempt), { kind: 'attempt.waits', release })
  yield* askStop({ ...stopOf(attemptId), reason: 'its task waits', now })
  return { ok: true }
}

const stopOf = (attemptId: number) => ({ attemptIds: [attemptId], by: `attempt ${attemptId}` })

/** The attempt, while it lives and holds its task. Task before attempt, as every verb locks them. */
function* ownTask(
  attemptId: number,
  verb: string,
  now: number,
): Script<Fenced<{ attempt: Attempt }>> {
  const asker = yield* first(selectAsker, { id: attemptId })
  const task = asker === undefined ? null : yield* lockTask(asker.task_id)
  const live = yield* liveAttempt(attemptId)
  if (live.attempt === null) return yield* refuse(now, live.subject, verb, live.stale)
  const { attempt } = live
  if (task?.state === 'taken' && task.attemptId === attemptId) return { ok: true, attempt }
  const gone = refusal(
    'fence.stale',
    `attempt ${attemptId} no longer holds task ${attempt.taskId}, which is ${task?.state ?? 'gone'}`,
    'nothing to do: somebody else decided',
  )
  return yield* refuse(now, subjectOf(attempt), verb, gone)
}
