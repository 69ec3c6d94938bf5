// Locks: acquire, renew, release, each behind the lock's own name, so that two who come at once take turns. No call
// completes a lock (S0: a tick lock that was completed refused every later tick for months).

import { sql } from 'kysely'

import type { LockHolder, LockState } from '../../../model/lock.ts'
import { type Fenced, type Refusal, refusal } from '../../../model/refusal.ts'
import type { LocksTable } from '../schema.ts'
import { keyed } from '../many.ts'
import { all, first, type Script, together } from '../script.ts'
import { statement, wordsOf } from '../statement.ts'
import { record } from './facts.ts'
import { lockName } from './lock.ts'
import { type HeldRow, isHeld, standing, type Standing, taken } from './lock-standing.ts'
import { releaseWaiting } from './waits-on.ts'

const selectLock = statement<{ name: string }, LocksTable>('selectLock', (db, arg, dialect) => {
  const query = db.selectFrom('locks').selectAll().where('name', '=', arg('name'))
  return dialect === 'postgres' ? query.forUpdate() : query
})
const putLock = statement<{
  name: string
  state: string
  epoch: number
  holder: string
  attemptId: number | null
  since: number
  until: number | null
}>(
  'putLock',
  (_db, arg) =>
    sql`INSERT INTO locks (name, state, epoch, holder, attempt_id, since, until)
      VALUES (${arg('name')}, ${arg('state')}, ${arg('epoch')}, ${arg('holder')}, ${arg('attemptId')}, ${arg('since')},
        ${arg('until')})
      ON CONFLICT (name) DO UPDATE SET state = excluded.state, epoch = excluded.epoch, holder = excluded.holder,
        attempt_id = excluded.attempt_id, since = excluded.since, until = excluded.until`,
)
const openAttempt = statement<{ id: number }, { id: number }>('openAttempt', (db, arg) =>
  db.selectFrom('attempts').select('id').where('id', '=', arg('id')).where('state', '<>', 'ended'),
)

/** Judges a row of either table, with a look at the attempt it names. */
export function* standingOf(
  row: Pick<LocksTable, 'state' | 'until' | 'attempt_id'>,
  heldStates: readonly string[],
  now: number,
): Script<Standing> {
  return standing(row, heldStates, yield* runsStill(row.attempt_id), now)
}

function* runsStill(attemptId: number | null): Script<boolean> {
  return attemptId !== null && (yield* first(openAttempt, { id: attemptId })) !== undefined
}

/** See Store.acquireLock. */
export function* acquireLock(
  input: LockHolder & { name: string; until: number | null; now: number },
): Script<Fenced<{ lock: LockState }>> {
  const { name, holder, attemptId, until, now } = input
  yield* lockName('lock', name)
  const row = yield* first(selectLock, { name })
  const standing = row === undefined ? 'free' : yield* standingOf(row, taken, now)
  if (row !== undefined && standing === 'held') {
    const own = row.holder === holder
    if (!own) return { ok: false, refusal: isHeld(row) }
    yield* all(putLock, { ...fieldsOf(row), until: later(row.until, until) })
    return { ok: true, lock: lockFromRow({ ...row, until: later(row.until, until) }) }
  }
  if (row !== undefined && standing !== 'free' && standing !== 'held')
    yield* tellFreed(row, standing, now)
  const fresh = {
    name,
    state: 'held',
    epoch: (row?.epoch ?? 0) + 1,
    holder,
    attemptId,
    since: now,
    until,
  }
  yield* all(putLock, fresh)
  const { epoch } = fresh
  yield* record(now, { attemptId }, { kind: 'lock.acquired', name, holder, epoch, until })
  return { ok: true, lock: { name, holder, attemptId, epoch, since: now, until, free: false } }
}

/** An attempt that holds a lock for as long as it runs keeps it so, whatever it asks. */
const later = (before: number | null, asked: number | null): number | null =>
  before === null || asked === null ? before : Math.max(before, asked)

const fieldsOf = (row: LocksTable) => ({
  name: row.name,
  state: row.state,
  epoch: row.epoch,
  holder: row.holder,
  attemptId: row.attempt_id,
  since: row.since,
  until: row.until,
})

export const lockFromRow = (row: LocksTable): LockState => ({
  name: row.name,
  holder: row.holder,
  attemptId: row.attempt_id,
  epoch: row.epoch,
  since: row.since,
  until: row.until,
  free: row.state === 'free',
})

/** A lock as it is, held in this transaction; undefined while nobody ever had it. */
export function* lockedRow(name: string): Script<HeldRow | undefined> {
  const row = yield* first(selectLock, { name })
  return row === undefined ? undefined : { row, runs: yield* runsStill(row.attempt_id) }
}

/** Why an attempt could not take this lock now; null when it could. */
export function* lockRefusal(name: string, now: number): Script<Refusal | null> {
  const seen = yield* lockedRow(name)
  if (seen === undefined || standing(seen.row, taken, seen.runs, now) !== 'held') return null
  return isHeld(seen.row)
}

const selectAmong = statement<{ names: string }, LocksTable>(
  'selectLocksAmong',
  (_db, arg, dialect) =>
    sql<LocksTable>`SELECT * FROM locks WHERE state <> 'free'
      AND name IN (${wordsOf(arg('names'), dialect)}) ORDER BY name`,
)

/** Those of these locks that are not free, as they are seen in passing. */
export function* lockRows(names: readonly string[]): Script<ReadonlyMap<string, HeldRow>> {
  if (names.length === 0) return new Map()
  const rows = yield* all(selectAmong, { names: JSON.stringify(names) })
  const running = yield* together<boolean[]>(...rows.map((row) => runsStill(row.attempt_id)))
  return new Map(rows.map((row, i) => [row.name, { row, runs: running[i] === true }]))
}

/** See Store.renewLock. */
export function* renewLock(input: {
  name: string
  epoch: number
  session?: number | undefined
  until: number
  now: number
}): Script<Fenced<{ lock: LockState }>> {
  const { name, epoch, session, until, now } = input
  yield* lockName('lock', name)
  const row = yield* first(selectLock, { name })
  if (row === undefined || row.epoch !== epoch || row.state !== 'held')
    return { ok: false, refusal: isLost(name, epoch, row) }
  if (isOthers(row, session)) return { ok: false, refusal: notYours(row) }
  // One whose time was over and that nobody took meanwhile is still its holder's.
  yield* all(putLock, { ...fieldsOf(row), until: row.until === null ? null : Math.max(until, now) })
  return { ok: true, lock: lockFromRow({ ...row, until: row.until === null ? null : until }) }
}

function isLost(name: string, epoch: number, row: LocksTable | undefined): Refusal {
  const now =
    row === undefined || row.state === 'free'
      ? 'it is free'
      : `${row.holder} holds it under epoch ${row.epoch}`
  return refusal(
    'lock.lost',
    `epoch ${epoch} of the lock ${name} is over: ${now}`,
    'stop what you do under it, and acquire it anew',
  )
}

/** An epoch is no secret: a session that guesses one must not touch what somebody else holds. */
const isOthers = (row: LocksTable, session: number | undefined): boolean =>
  session !== undefined && row.attempt_id !== session

const notYours = ({ name, holder }: LocksTable): Refusal =>
  refusal(
    'lock.not_yours',
    `${name} is held by ${holder}, not by this session`,
    'acquire it when it is free',
  )

/** See Store.releaseLock. */
export function* releaseLock(input: {
  name: string
  epoch: number | null
  session?: number | undefined
  by: string
  now: number
}): Script<Fenced<{ released: boolean }>> {
  const { name, epoch, session, by, now } = input
  yield* lockName('lock', name)
  const row = yield* first(selectLock, { name })
  if (row === undefined || row.state === 'free') return { ok: true, released: false }
  if (epoch !== null && row.epoch !== epoch) return { ok: false, refusal: isLost(name, epoch, row) }
  if (isOthers(row, session)) return { ok: false, refusal: notYours(row) }
  yield* free(row)
  const { holder } = row
  yield* record(now, {}, { kind: 'lock.released', name, holder, epoch: row.epoch, by })
  yield* releaseWaiting(`lock:${name}`, `the lock ${name} is free`, now)
  return { ok: true, released: true }
}

function* free(row: LocksTable): Script<void> {
  yield* all(putLock, { ...fieldsOf(row), state: 'free', attemptId: null, until: null })
}

function* tellFreed(
  row: LocksTable,
  why: 'expired' | 'orphaned' | 'bricked',
  now: number,
): Script<void> {
  const { name, holder } = row
  yield* record(now, {}, { kind: 'lock.freed', name, holder, why })
}

const selectTaken = statement<{ after: string; limit: number }, LocksTable>(
  'selectTakenLocks',
  (_db, arg) =>
    sql<LocksTable>`SELECT * FROM locks WHERE state <> 'free' AND name > ${arg('after')}
      ORDER BY name LIMIT ${arg('limit')}`,
)
const selectNamed = statement<{ name: string }, LocksTable>('selectNamedLock', (db, arg) =>
  db.selectFrom('locks').selectAll().where('name', '=', arg('name')),
)

/** See Store.locks. */
export function* locks(filter: {
  name?: string
  after?: string
  limit: number
}): Script<readonly LockState[]> {
  const { name, after = '', limit } = filter
  const rows =
    name === undefined
      ? yield* all(selectTaken, { after, limit })
      : yield* all(selectNamed, { name })
  return rows.map(lockFromRow)
}

const selectOver = statement<{ now: number; limit: number }, LocksTable>(
  'selectOverLocks',
  (_db, arg) =>
    sql<LocksTable>`SELECT * FROM locks l WHERE state <> 'free' AND (state <> 'held' OR until <= ${arg('now')}
      OR (attempt_id IS NULL AND until IS NULL)
      OR (attempt_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.id = l.attempt_id AND a.state <> 'ended')))
      ORDER BY name LIMIT ${arg('limit')}`,
)

/** Frees locks that are over; answers how many. */
export function* sweepLockRows(now: number, limit: number): Script<number> {
  let freed = 0
  for (const { name } of yield* all(selectOver, { now, limit })) {
    yield* lockName('lock', name)
    const row = yield* first(selectLock, { name })
    const standing = row === undefined ? 'free' : yield* standingOf(row, taken, now)
    if (row === undefined || standing === 'free' || standing === 'held') continue
    yield* free(row)
    yield* tellFreed(row, standing, now)
    yield* releaseWaiting(`lock:${name}`, `the lock ${name} is free`, now)
    freed += 1
  }
  return freed
}

const selectOfAttempt = keyed<{ attempt_id: number }, LocksTable>(
  'selectLocksOfAttempt',
  { key: 'attempt_id', column: 'attempt_id', types: { attempt_id: 'bigint' } },
  (its) => sql<LocksTable>`SELECT * FROM locks WHERE ${its} AND state <> 'free' ORDER BY name`,
)

/** What an attempt holds. */
export const locksOf = (attemptId: number): Script<readonly LocksTable[]> =>
  all(selectOfAttempt, { attempt_id: attemptId })

/** An attempt that has ended holds nothing. */
export function* releaseLocksOf(attemptId: number, now: number): Script<void> {
  for (const { name, epoch } of yield* locksOf(attemptId))
    yield* releaseLock({ name, epoch, by: `the end of attempt ${attemptId}`, now })
}
