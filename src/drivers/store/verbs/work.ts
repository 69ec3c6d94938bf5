// Work keys: claim, complete, abandon, forget. Whoever holds a key is never refused it, nor is a newer attempt of the same
// task (S0's sequel: an agent was refused by its own claim). A denied claim says who, since when, until when, and what to do.

import { sql } from 'kysely'

import { isoTime } from '../../../base/when.ts'
import type { LockHolder, WorkKey, WorkState } from '../../../model/lock.ts'
import { type Fenced, type Refusal, refusal } from '../../../model/refusal.ts'
import type { WorkKeysTable } from '../schema.ts'
import { keyed } from '../many.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockName } from './lock.ts'
import type { Standing } from './lock-standing.ts'
import { standingOf } from './locks.ts'
import { releaseWaiting } from './waits-on.ts'

const selectWork = statement<{ key: string }, WorkKeysTable>('selectWork', (db, arg, dialect) => {
  const query = db.selectFrom('work_keys').selectAll().where('key', '=', arg('key'))
  return dialect === 'postgres' ? query.forUpdate() : query
})
const putWork = statement<{
  key: string
  state: string
  epoch: number
  holder: string
  attemptId: number | null
  taskId: number | null
  since: number
  until: number | null
  note: string
}>(
  'putWork',
  (_db, arg) =>
    sql`INSERT INTO work_keys (key, state, epoch, holder, attempt_id, task_id, since, until, note)
      VALUES (${arg('key')}, ${arg('state')}, ${arg('epoch')}, ${arg('holder')}, ${arg('attemptId')}, ${arg('taskId')},
        ${arg('since')}, ${arg('until')}, ${arg('note')})
      ON CONFLICT (key) DO UPDATE SET state = excluded.state, epoch = excluded.epoch, holder = excluded.holder,
        attempt_id = excluded.attempt_id, task_id = excluded.task_id, since = excluded.since, until = excluded.until,
        note = excluded.note`,
)

/** A completed key belongs to no attempt any more, and may stay for good. */
function* standing(row: WorkKeysTable, now: number): Script<Standing> {
  if (row.state === 'completed') return row.until !== null && row.until <= now ? 'expired' : 'held'
  return yield* standingOf(row, ['claimed'], now)
}

/** Whether nobody has it, or it is done: then nothing waits for it. */
export function* workIsFree(key: string, now: number): Script<boolean> {
  const row = yield* first(selectWork, { key })
  if (row === undefined || row.state === 'completed') return true
  return (yield* standing(row, now)) !== 'held'
}

/** See Store.claimWork. */
export function* claimWork(
  input: LockHolder & { key: string; taskId: number | null; until: number; now: number },
): Script<Fenced<{ work: WorkKey }>> {
  const { key, holder, attemptId, taskId, until, now } = input
  yield* lockName('work', key)
  const row = yield* first(selectWork, { key })
  const stands = row === undefined ? 'free' : yield* standing(row, now)
  const own = row !== undefined && row.state === 'claimed' && isOwn(row, input)
  if (row !== undefined && stands === 'held' && !own) return { ok: false, refusal: denied(row) }
  if (row !== undefined && stands !== 'free' && stands !== 'held')
    yield* record(now, { taskId }, { kind: 'work.freed', key, holder: row.holder, why: stands })
  const renewed = own && stands === 'held'
  const epoch = (row?.epoch ?? 0) + (renewed && row?.holder === holder ? 0 : 1)
  const since = renewed ? (row?.since ?? now) : now
  const fresh = {
    key,
    state: 'claimed',
    epoch,
    holder,
    attemptId,
    taskId,
    since,
    until,
    note: '',
  }
  yield* all(putWork, fresh)
  if (!renewed)
    yield* record(now, { taskId, attemptId }, { kind: 'work.claimed', key, holder, epoch, until })
  return { ok: true, work: { ...fresh, state: 'claimed' } }
}

/** The same holder; or an attempt of the same task, whose earlier attempt left it. */
const isOwn = (row: WorkKeysTable, { holder, taskId }: { holder: string; taskId: number | null }) =>
  row.holder === holder || (taskId !== null && row.task_id === taskId)

function denied(row: WorkKeysTable): Refusal {
  const until = row.until === null ? 'for good' : `until ${isoTime(row.until)}`
  const note = row.note === '' ? '' : ` (${row.note})`
  if (row.state === 'completed')
    return refusal(
      'work.completed',
      `the work ${row.key} was completed by ${row.holder} at ${isoTime(row.since)}${note}, and stays so ${until}`,
      `nothing is left to do; \`midwatch work forget ${row.key}\` lets it be done again`,
    )
  return refusal(
    'work.claimed',
    `the work ${row.key} is claimed by ${row.holder} since ${isoTime(row.since)}, ${until}`,
    `leave it to them; \`midwatch work forget ${row.key}\` if nobody does it`,
  )
}

const notYours = (key: string, holder: string, row: WorkKeysTable | undefined): Refusal =>
  refusal(
    'work.not_held',
    `${holder} does not hold the work ${key}: ${row === undefined || row.state === 'free' ? 'nobody has claimed it, or its time was over' : `it is ${row.state} by ${row.holder}`}`,
    `\`midwatch work claim ${key}\` first`,
  )

/** See Store.completeWork. Completing what one has completed changes nothing. */
export function* completeWork(input: {
  key: string
  holder: string
  note: string
  until: number | null
  now: number
}): Script<Fenced<{ work: WorkKey }>> {
  const { key, holder, note, until, now } = input
  yield* lockName('work', key)
  const row = yield* first(selectWork, { key })
  // A freed key names its last holder, who holds it no longer.
  if (row === undefined || row.state === 'free' || row.holder !== holder)
    return { ok: false, refusal: notYours(key, holder, row) }
  if (row.state === 'completed') return { ok: true, work: workFromRow(row) }
  const { epoch, task_id: taskId } = row
  const done = { key, state: 'completed', epoch, holder, taskId, since: now, until, note }
  yield* all(putWork, { ...done, attemptId: null })
  yield* record(now, { taskId }, { kind: 'work.completed', key, by: holder, until })
  yield* releaseWaiting(`work:${key}`, `the work ${key} is completed`, now)
  return { ok: true, work: { ...done, state: 'completed', attemptId: null } }
}

/** See Store.abandonWork. */
export function* abandonWork(input: { key: string; holder: string; now: number }): Script<Fenced> {
  const { key, holder, now } = input
  yield* lockName('work', key)
  const row = yield* first(selectWork, { key })
  if (row === undefined || row.state !== 'claimed' || row.holder !== holder)
    return { ok: false, refusal: notYours(key, holder, row) }
  yield* freeWork(row)
  yield* record(now, { taskId: row.task_id }, { kind: 'work.abandoned', key, by: holder })
  yield* releaseWaiting(`work:${key}`, `the work ${key} was given up`, now)
  return { ok: true }
}

/** See Store.forgetWork. */
export function* forgetWork(input: {
  key: string
  by: string
  now: number
}): Script<Fenced<{ was: string }>> {
  const { key, by, now } = input
  yield* lockName('work', key)
  const row = yield* first(selectWork, { key })
  if (row === undefined || row.state === 'free') return { ok: true, was: 'free' }
  yield* freeWork(row)
  const was = `${row.state} by ${row.holder}`
  yield* record(now, { taskId: row.task_id }, { kind: 'work.forgotten', key, by, was })
  yield* releaseWaiting(`work:${key}`, `the work ${key} was forgotten`, now)
  return { ok: true, was }
}

/** The row stays, so that its epoch never begins anew. */
function* freeWork(row: WorkKeysTable): Script<void> {
  const { key, epoch, holder, since, note, task_id: taskId } = row
  const state = 'free'
  yield* all(putWork, {
    key,
    state,
    epoch,
    holder,
    attemptId: null,
    taskId,
    since,
    until: null,
    note,
  })
}

const workFromRow = (row: WorkKeysTable): WorkKey => ({
  key: row.key,
  state: row.state as WorkState,
  epoch: row.epoch,
  holder: row.holder,
  attemptId: row.attempt_id,
  taskId: row.task_id,
  since: row.since,
  until: row.until,
  note: row.note,
})

const selectKeys = statement<
  { key: string | null; state: string | null; after: string; limit: number },
  WorkKeysTable
>(
  'selectWorkKeys',
  (_db, arg) =>
    sql<WorkKeysTable>`SELECT * FROM work_keys WHERE state <> 'free' AND key > ${arg('after')}
      AND (CAST(${arg('state')} AS TEXT) IS NULL OR state = ${arg('state')})
      AND (CAST(${arg('key')} AS TEXT) IS NULL OR key = ${arg('key')}) ORDER BY key LIMIT ${arg('limit')}`,
)

/** See Store.workKeys. */
export function* workKeys(filter: {
  key?: string
  state?: WorkState
  after?: string
  limit: number
}): Script<readonly WorkKey[]> {
  const { key = null, state = null, after = '', limit } = filter
  const rows = yield* all(selectKeys, { key, state, after, limit })
  return rows.map(workFromRow)
}

const selectOver = statement<{ now: number; limit: number }, WorkKeysTable>(
  'selectOverWork',
  (_db, arg) =>
    sql<WorkKeysTable>`SELECT * FROM work_keys w WHERE state <> 'free' AND (until <= ${arg('now')}
      OR state NOT IN ('claimed','completed') OR (state = 'claimed' AND attempt_id IS NULL AND until IS NULL)
      OR (state = 'claimed' AND attempt_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.id = w.attempt_id AND a.state <> 'ended')))
      ORDER BY key LIMIT ${arg('limit')}`,
)

/** Frees work keys that are over; answers how many. */
export function* sweepWorkRows(now: number, limit: number): Script<number> {
  let freed = 0
  for (const { key } of yield* all(selectOver, { now, limit })) {
    yield* lockName('work', key)
    const row = yield* first(selectWork, { key })
    const why = row === undefined ? 'free' : yield* standing(row, now)
    if (row === undefined || why === 'free' || why === 'held') continue
    yield* freeWork(row)
    const body = { kind: 'work.freed' as const, key, holder: row.holder, why }
    yield* record(now, { taskId: row.task_id }, body)
    yield* releaseWaiting(`work:${key}`, `the work ${key} is free`, now)
    freed += 1
  }
  return freed
}

const selectOfAttempt = keyed<{ attempt_id: number }, WorkKeysTable>(
  'selectWorkOfAttempt',
  { key: 'attempt_id', column: 'attempt_id', types: { attempt_id: 'bigint' } },
  (its) =>
    sql<WorkKeysTable>`SELECT * FROM work_keys WHERE ${its} AND state = 'claimed' ORDER BY key`,
)

/** What an attempt claimed and did not complete. */
export const workOf = (attemptId: number): Script<readonly WorkKeysTable[]> =>
  all(selectOfAttempt, { attempt_id: attemptId })

/** What an ended attempt claimed and did not complete is free. */
export function* abandonWorkOf(attemptId: number, now: number): Script<void> {
  for (const { key, holder } of yield* workOf(attemptId)) yield* abandonWork({ key, holder, now })
}
