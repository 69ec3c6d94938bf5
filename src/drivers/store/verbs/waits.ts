// Checks and questions: who looks at which hold takes it for a while, and what was seen stands beside the hold. A look
// that says "not yet" changes nothing else: neither since when the task waits nor anything of what it waits for.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { Hold, HoldState } from '../../../model/hold.ts'
import type { Look } from '../../../model/probe.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, changed, first, type Script } from '../script.ts'
import { numbersOf, statement } from '../statement.ts'
import { record } from './facts.ts'
import { tellAnew } from './incidents.ts'
import { findHold, releaseHold } from './release.ts'
import { lockTask } from './task.ts'

/** See Store.holdById. */
export function* holdById(id: number): Script<Hold | null> {
  return yield* findHold(id)
}

/** The kind is part of the text: SQLite would plan anew for each other value, to see which partial index it allows. */
const looksOf = (kind: 'check' | 'person') =>
  statement<{ now: number; limit: number }, HoldRow>(
    `selectLooks ${kind}`,
    (_db, arg, dialect) =>
      sql<HoldRow>`SELECT * FROM holds WHERE kind = ${sql.lit(kind)} AND released_at IS NULL
      AND look_at IS NOT NULL AND look_at <= ${arg('now')} ORDER BY look_at, id LIMIT ${arg('limit')}
      ${dialect === 'postgres' ? sql`FOR UPDATE SKIP LOCKED` : sql``}`,
  )
const selectLooks = { check: looksOf('check'), person: looksOf('person') }
const takeLook = statement<{ id: number; until: number }>(
  'takeLook',
  (_db, arg) => sql`UPDATE holds SET look_at = ${arg('until')} WHERE id = ${arg('id')}`,
)

const nextLookOf = (kind: 'check' | 'person') =>
  statement<object, { at: number | null }>(
    `selectNextLook ${kind}`,
    () => sql<{ at: number | null }>`SELECT min(look_at) AS at FROM holds
      WHERE kind = ${sql.lit(kind)} AND released_at IS NULL AND look_at IS NOT NULL`,
  )
const selectNextLook = { check: nextLookOf('check'), person: nextLookOf('person') }

/** When the next look of a kind is due; null while none is. */
export function* nextLook(kind: 'check' | 'person'): Script<number | null> {
  const at = (yield* first(selectNextLook[kind], {}))?.at ?? null
  return at === null ? null : Number(at)
}

/** See Store.takeLooks. */
export function* takeLooks(input: {
  kind: 'check' | 'person'
  now: number
  takeMs: number
  limit: number
}): Script<readonly Hold[]> {
  const { kind, now, takeMs, limit } = input
  const rows = yield* all(selectLooks[kind], { now, limit })
  const holds = rows.map(holdFromRow)
  for (const { id, release } of holds) {
    const ownMs = release.kind === 'check' ? release.timeoutMs : 0
    yield* all(takeLook, { id, until: now + ownMs + takeMs })
  }
  return holds
}

/** See Store.lookAgain. */
export function* lookAgain(input: { holdId: number; at: number }): Script<void> {
  yield* all(takeLook, { id: input.holdId, until: input.at })
}

const putState = statement<{ id: number; state: string; lookAt: number | null }, { id: number }>(
  'putHoldState',
  (_db, arg) =>
    sql<{ id: number }>`UPDATE holds SET state_json = ${arg('state')}, look_at = ${arg('lookAt')}
      WHERE id = ${arg('id')} AND released_at IS NULL RETURNING id`,
)

/** See Store.noteLook. */
export function* noteLook(input: {
  holdId: number
  look: Look
  nextAt: number
  now: number
}): Script<Fenced<{ released: boolean; state: HoldState }>> {
  const { holdId, look, nextAt, now } = input
  const hold = yield* liveHold(holdId)
  if (hold === null) return { ok: false, refusal: notLive(holdId) }
  const state = seen(hold.state, look, now)
  yield* changed(putState, { id: holdId, state: JSON.stringify(state), lookAt: nextAt })
  if (hold.state.answer !== look.answer)
    yield* record(
      now,
      { taskId: hold.taskId },
      { kind: 'hold.looked', holdId, answer: look.answer, detail: look.detail },
    )
  if (look.answer !== 'met') return { ok: true, released: false, state }
  yield* releaseHold(hold, `check: ${look.detail}`, now)
  return { ok: true, released: true, state }
}

function seen(before: HoldState, { answer, detail }: Look, now: number): HoldState {
  const state = { answer, detail, at: now, tries: (before.tries ?? 0) + 1 }
  if (answer !== 'broken') return state
  return {
    ...state,
    broken: (before.broken ?? 0) + 1,
    brokenSince: before.brokenSince ?? now,
  }
}

/** The hold, locked behind its task as every verb locks; null when it is released or unknown. */
function* liveHold(id: number): Script<Hold | null> {
  const found = yield* findHold(id)
  if (found === null) return null
  yield* lockTask(found.taskId)
  const newest = present(yield* findHold(id), 'holds are not deleted under their task')
  return newest.releasedAt === null ? newest : null
}

const notLive = (id: number) =>
  refusal('hold.released', `hold h${id} is released already, or was never put`, 'nothing to do')

/** See Store.remind. */
export function* remind(input: {
  holdId: number
  nextAt: number | null
  now: number
}): Script<void> {
  const { holdId, nextAt, now } = input
  const hold = yield* liveHold(holdId)
  if (hold === null) return
  const reminders = (hold.state.reminders ?? 0) + 1
  const state = JSON.stringify({ ...hold.state, reminders, remindedAt: now })
  yield* changed(putState, { id: holdId, state, lookAt: nextAt })
  yield* tellAnew({ key: `ask:${holdId}`, now })
  yield* record(now, { taskId: hold.taskId }, { kind: 'hold.reminded', holdId, reminders })
}

const putAnswer = statement<{ id: number; text: string }>(
  'putAnswer',
  (_db, arg) => sql`UPDATE holds SET answer = ${arg('text')} WHERE id = ${arg('id')}`,
)

/** See Store.answer. */
export function* answer(input: {
  holdId: number
  by: string
  text: string
  now: number
}): Script<Fenced<{ ready: boolean }>> {
  const { holdId, by, text, now } = input
  const hold = yield* liveHold(holdId)
  if (hold === null) return { ok: false, refusal: notLive(holdId) }
  if (hold.release.kind !== 'person')
    return {
      ok: false,
      refusal: refusal(
        'hold.no_question',
        `hold h${holdId} asks nobody`,
        `\`midwatch release h${holdId}\` ends it`,
      ),
    }
  yield* all(putAnswer, { id: holdId, text })
  const { question } = hold.release
  yield* record(
    now,
    { taskId: hold.taskId },
    { kind: 'hold.answered', holdId, question, answer: text, by },
  )
  return { ok: true, ready: yield* releaseHold(hold, by, now) }
}

const selectAnsweredOf = statement<{ taskIds: string }, HoldRow>(
  'selectAnsweredOf',
  (_db, arg, dialect) =>
    sql<HoldRow>`SELECT * FROM holds WHERE task_id IN (${numbersOf(arg('taskIds'), dialect)})
      AND answer IS NOT NULL ORDER BY id`,
)

/** The questions of these tasks that were answered, oldest first. */
export function* answersOfAll(taskIds: readonly number[]): Script<readonly Hold[]> {
  return (yield* all(selectAnsweredOf, { taskIds: JSON.stringify(taskIds) })).map(holdFromRow)
}

const selectForPersons = statement<{ after: number; limit: number }, HoldRow>(
  'selectForPersons',
  (_db, arg) =>
    sql<HoldRow>`SELECT * FROM holds WHERE released_at IS NULL AND needs_person = 1 AND id > ${arg('after')}
      ORDER BY id LIMIT ${arg('limit')}`,
)

/** See Store.waitingForPersons. */
export function* waitingForPersons(input: {
  after: number
  limit: number
}): Script<readonly Hold[]> {
  return (yield* all(selectForPersons, input)).map(holdFromRow)
}
