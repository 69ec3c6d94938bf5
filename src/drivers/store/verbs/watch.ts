// note, say, askStop and end: what a session tells while it lives, and its proven end. Writes to an attempt pass while
// it is not ended, whatever became of its task: a session that closed its task is still followed to its end.

import { sql } from 'kysely'

import { assert } from '../../../base/assert.ts'
import type { Usage } from '../../../model/attempt.ts'
import type { FactBody } from '../../../model/fact.ts'
import type { Verdict } from '../../../model/failure.ts'
import { chargesLanes } from '../../../model/lane-rules.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import { keyed } from '../many.ts'
import { all, alone, first, type Script, tell, together } from '../script.ts'
import { statement } from '../statement.ts'
import { liveAttempt, liveState, subjectOf } from './attempt.ts'
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
interface Ended {
  id: number
  class: string
  blame: string
  exitCode: number | null
  signal: string | null
  verdict: string
  usage: string | null
  now: number
}
const toEnded = keyed<Ended, { id: number; task_id: number }>(
  'toEnded',
  {
    key: 'id',
    column: 'id',
    types: {
      id: 'bigint',
      class: 'text',
      blame: 'text',
      exitCode: 'bigint',
      signal: 'text',
      verdict: 'text',
      usage: 'text',
      now: 'bigint',
    },
  },
  (its, of) =>
    sql<{
      id: number
      task_id: number
    }>`UPDATE attempts SET state = 'ended', ended_at = ${of('now')}, class = ${of('class')},
      blame = ${of('blame')}, exit_code = ${of('exitCode')}, signal = ${of('signal')},
      verdict_json = ${of('verdict')}, usage_json = coalesce(${of('usage')}, usage_json)
      WHERE ${its} AND state <> 'ended' RETURNING id, task_id`,
)

/** What a loss is judged by, held until it is recorded: a renewal comes before it or finds the attempt ended. */
const selectLease = keyed<{ id: number }, { id: number; lease_until: number }>(
  'selectLease',
  { key: 'id', column: 'id', types: { id: 'bigint' } },
  (its, _, dialect) =>
    sql<{ id: number; lease_until: number }>`SELECT id, lease_until FROM attempts
      WHERE ${its} AND state <> 'ended' ${dialect === 'postgres' ? sql`ORDER BY id FOR UPDATE` : sql``}`,
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
  leaseUntil?: number
  now: number
}): Script<Fenced> {
  const { attemptId, verdict, usage, leaseUntil, now } = input
  if (leaseUntil !== undefined) {
    const lease = yield* first(selectLease, { id: attemptId })
    if (lease !== undefined && Number(lease.lease_until) !== leaseUntil)
      return { ok: false, refusal: renewed(attemptId) }
  }
  // What it used is counted beyond what it had told before, which is read first.
  const before = usage ? yield* liveAttempt(attemptId) : null
  const [moved, locks, work] = yield* together(
    first(toEnded, endedAs(input)),
    locksOf(attemptId),
    workOf(attemptId),
  )
  if (moved === undefined) {
    const live = yield* liveState(attemptId)
    assert(live.attempt === null, 'an attempt that is not ended can be ended')
    return yield* refuse(now, live.subject, 'end', live.stale)
  }
  if (locks.length + work.length > 0) {
    yield* alone() // others may wait for them
    yield* releaseLocksOf(attemptId, now)
    yield* abandonWorkOf(attemptId, now)
  }
  if (chargesLanes(verdict)) yield* tell(putUnfolded, { id: attemptId })
  yield* record(now, { taskId: moved.task_id, attemptId }, endedFact(verdict))
  if (usage && before?.attempt) yield* countSpent(before.attempt, usage)
  return { ok: true }
}

const renewed = (attemptId: number) =>
  refusal(
    'attempt.renewed',
    `the lease of attempt ${attemptId} was renewed meanwhile`,
    'nothing to do: its host lives',
  )

/** The fact of it. */
export const endedFact = ({ class: name, blame, exitCode, signal, evidence }: Verdict) =>
  ({ kind: 'attempt.ended', class: name, blame, exitCode, signal, evidence }) as const

/** An ending as it is written. */
export const endedAs = ({ attemptId, verdict, usage, now }: Parameters<typeof end>[0]): Ended => ({
  id: attemptId,
  class: verdict.class,
  blame: verdict.blame,
  exitCode: verdict.exitCode,
  signal: verdict.signal,
  verdict: JSON.stringify(verdict),
  usage: usage ? JSON.stringify(usage) : null,
  now,
})
