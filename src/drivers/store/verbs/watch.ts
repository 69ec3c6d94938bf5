// note, say, askStop and end: what a session tells while it lives, and its proven end. Writes to an attempt pass while
// it is not ended, whatever became of its task: a session that closed its task is still followed to its end.

import { sql } from 'kysely'

import type { Usage } from '../../../model/attempt.ts'
import type { FactBody } from '../../../model/fact.ts'
import type { Verdict } from '../../../model/failure.ts'
import { chargesLanes } from '../../../model/lane-rules.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import { all, alone, first, type Script, tell, together } from '../script.ts'
import { statement } from '../statement.ts'
import { liveAttempt, subjectOf } from './attempt.ts'
import { record, refuse } from './facts.ts'
import { locksOf, releaseLocksOf } from './locks.ts'
import { settleTask } from './settlement.ts'
import { countSpent } from './spending.ts'
import { lockTask } from './task.ts'
import { abandonWorkOf, workOf } from './work.ts'

const updateUsage = statement<{ id: number; usage: string }>('updateUsage', (db, arg) =>
  db
    .updateTable('attempts')
    .set({ usage_json: arg('usage') })
    .where('id', '=', arg('id')),
)
const updateProgress = statement<{ id: number; text: string; now: number }>(
  'updateProgress',
  (db, arg) =>
    db
      .updateTable('attempts')
      .set({ progress: arg('text'), progress_at: arg('now') })
      .where('id', '=', arg('id')),
)
const updateSaid = statement<{ id: number; word: string; text: string; now: number }>(
  'updateSaid',
  (db, arg) =>
    db
      .updateTable('attempts')
      .set({ said: arg('word'), said_text: arg('text'), said_at: arg('now') })
      .where('id', '=', arg('id')),
)
const updateStop = statement<
  { id: number; reason: string; by: string },
  { id: number; task_id: number }
>('updateStop', (db, arg) =>
  db
    .updateTable('attempts')
    .set({ stop_reason: arg('reason'), stop_by: arg('by') })
    .where('id', '=', arg('id'))
    .where('state', '<>', 'ended')
    .where('stop_reason', 'is', null)
    .returning(['id', 'task_id']),
)
const toEnded = statement<
  {
    id: number
    class: string
    blame: string
    exitCode: number | null
    signal: string | null
    verdict: string
    usage: string | null
    now: number
  },
  { id: number }
>(
  'toEnded',
  (_db, arg) =>
    sql<{
      id: number
    }>`UPDATE attempts SET state = 'ended', ended_at = ${arg('now')}, class = ${arg('class')},
      blame = ${arg('blame')}, exit_code = ${arg('exitCode')}, signal = ${arg('signal')},
      verdict_json = ${arg('verdict')}, usage_json = coalesce(${arg('usage')}, usage_json)
      WHERE id = ${arg('id')} AND state <> 'ended' RETURNING id`,
)

/** Until this ending is folded, nothing may be claimed in its lanes. */
const putUnfolded = statement<{ id: number }>(
  'putUnfolded',
  (_db, arg) => sql`INSERT INTO unfolded (attempt_id) VALUES (${arg('id')}) ON CONFLICT DO NOTHING`,
)

const selectOwner = statement<{ id: number }, { task_id: number }>('selectOwner', (db, arg) =>
  db.selectFrom('attempts').select('task_id').where('id', '=', arg('id')),
)

/** See Store.note. */
export function* note(input: {
  attemptId: number
  bodies: readonly FactBody[]
  usage?: Usage
  progress?: string
  now: number
}): Script<Fenced> {
  const { attemptId, now } = input
  const live = yield* liveAttempt(attemptId)
  if (live.attempt === null) return yield* refuse(now, live.subject, 'note', live.stale)
  const { attempt } = live
  for (const body of input.bodies) yield* record(now, subjectOf(attempt), body)
  if (input.usage !== undefined)
    yield* tell(updateUsage, { id: attemptId, usage: JSON.stringify(input.usage) })
  if (input.progress !== undefined) {
    yield* tell(updateProgress, { id: attemptId, text: input.progress, now })
    yield* record(now, subjectOf(attempt), { kind: 'attempt.progress', text: input.progress })
  }
  if (input.usage !== undefined) yield* countSpent(attempt, input.usage)
  return { ok: true }
}

/** See Store.say. Both fences are checked: the attempt's own, and its right to the task. */
export function* say(input: {
  attemptId: number
  word: 'done' | 'fail'
  text: string
  now: number
}): Script<Fenced<{ settled: boolean }>> {
  const { attemptId, word, text, now } = input
  // Task before attempt, as every verb locks them, so that two verbs never wait for each other.
  const owner = yield* first(selectOwner, { id: attemptId })
  const task = owner === undefined ? null : yield* lockTask(owner.task_id)
  const live = yield* liveAttempt(attemptId)
  if (live.attempt === null) return yield* refuse(now, live.subject, 'say', live.stale)
  const { attempt } = live
  if (task === null || task.state !== 'taken' || task.attemptId !== attemptId)
    return yield* refuse(
      now,
      subjectOf(attempt),
      'say',
      refusal(
        'fence.stale',
        `attempt ${attemptId} no longer holds task ${attempt.taskId}, which is ${task?.state ?? 'gone'}`,
        'nothing to do: somebody else decided',
      ),
    )
  yield* tell(updateSaid, { id: attemptId, word, text, now })
  yield* record(now, subjectOf(attempt), { kind: 'attempt.said', word, text })
  const judged = task.order.verify !== null || (task.order.review === true && word === 'done')
  if (judged || task.order.reviewOf !== undefined) return { ok: true, settled: false }
  const outcome = word === 'done' ? 'done' : 'failed'
  const by = `attempt ${attemptId}`
  yield* settleTask(task, { outcome, verified: false, by, reason: text, attemptId }, now)
  return { ok: true, settled: true }
}

/** See Store.askStop. The first reason wins. */
export function* askStop(input: {
  attemptIds: readonly number[]
  reason: string
  by: string
  now: number
}): Script<{ asked: number }> {
  const { reason, by, now } = input
  let asked = 0
  for (const id of input.attemptIds.toSorted((a, b) => a - b)) {
    const rows = yield* all(updateStop, { id, reason, by })
    const row = rows[0]
    if (row === undefined) continue
    asked += 1
    yield* record(
      now,
      { taskId: row.task_id, attemptId: id },
      { kind: 'attempt.stop_asked', reason, by },
    )
  }
  return { asked }
}

/** See Store.end. */
export function* end(input: {
  attemptId: number
  verdict: Verdict
  usage?: Usage | null
  now: number
}): Script<Fenced> {
  const { attemptId, verdict, now } = input
  const [live, locks, work] = yield* together(
    liveAttempt(attemptId),
    locksOf(attemptId),
    workOf(attemptId),
  )
  if (live.attempt === null) return yield* refuse(now, live.subject, 'end', live.stale)
  const { attempt } = live
  yield* tell(toEnded, {
    id: attemptId,
    class: verdict.class,
    blame: verdict.blame,
    exitCode: verdict.exitCode,
    signal: verdict.signal,
    verdict: JSON.stringify(verdict),
    usage: input.usage ? JSON.stringify(input.usage) : null,
    now,
  })
  if (locks.length + work.length > 0) {
    yield* alone() // others may wait for them
    yield* releaseLocksOf(attemptId, now)
    yield* abandonWorkOf(attemptId, now)
  }
  if (chargesLanes(verdict)) yield* tell(putUnfolded, { id: attemptId })
  const { class: name, blame, exitCode, signal, evidence } = verdict
  yield* record(now, subjectOf(attempt), {
    kind: 'attempt.ended',
    class: name,
    blame,
    exitCode,
    signal,
    evidence,
  })
  if (input.usage) yield* countSpent(attempt, input.usage)
  return { ok: true }
}
