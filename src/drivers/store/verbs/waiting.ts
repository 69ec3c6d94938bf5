// Before a wait is put: what it waits for is looked at in the same transaction, locked, so that a settlement in between
// cannot be missed; and nobody may wait for himself, however long the way round.

import { sql } from 'kysely'

import { notFound, refused } from '../../../base/errors.ts'
import type { Release } from '../../../model/hold.ts'
import { unserved } from '../../../model/mechanism-rows.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { lockName, lockTaskRow } from './lock.ts'
import { lockRefusal } from './locks.ts'
import { lockTask } from './task.ts'
import { workIsFree } from './work.ts'

const selectBlockers = statement<{ taskId: number }, { after_task: number }>(
  'selectBlockers',
  (db, arg) =>
    db
      .selectFrom('holds')
      .select((eb) => eb.ref('after_task').$notNull().as('after_task'))
      .where('task_id', '=', arg('taskId'))
      .where('kind', '=', 'after')
      .where('released_at', 'is', null),
)

/**
 * Locks what makes a new wait safe: the other half of a circle must not be put meanwhile, and what is waited for is
 * locked before what waits.
 */
export function* lockWaiting(release: Release): Script<void> {
  if (release.kind === 'lock') yield* lockName('lock', release.name)
  if (release.kind === 'work') yield* lockName('work', release.key)
  if (release.kind !== 'after') return
  yield* lockName('waiting')
  yield* lockTaskRow(release.taskId)
}

/**
 * The holds that still hold as they stand when they are put: without those whose wait has already come, marked where
 * what they wait for has already failed. Decided in the transaction that puts them, with what they wait for locked (in
 * the order of ids), so that a settlement in between cannot be missed. Throws `hold.unserved` for a kind that nothing
 * would ever release.
 */
export function* stillHolding(wanted: readonly Release[], now: number): Script<Release[]> {
  for (const release of wanted) {
    const why = unserved(release.kind)
    if (why !== null) throw refused(why.code, why.sentence, why.release)
  }
  const standing = new Map<Release, Release | null>()
  for (const release of byBlocker(wanted)) standing.set(release, yield* stillHolds(release, now))
  return wanted.map((release) => standing.get(release)).filter((release) => release != null)
}

const byBlocker = (releases: readonly Release[]): Release[] =>
  releases.length < 2 ? [...releases] : releases.toSorted((a, b) => blockerOf(a) - blockerOf(b))

const blockerOf = (release: Release): number => (release.kind === 'after' ? release.taskId : 0)

function* stillHolds(release: Release, now: number): Script<Release | null> {
  if (release.kind === 'lock' || release.kind === 'work') yield* lockWaiting(release)
  if (release.kind === 'lock')
    return (yield* lockRefusal(release.name, now)) === null ? null : release
  if (release.kind === 'work') return (yield* workIsFree(release.key, now)) ? null : release
  if (release.kind !== 'after') return release
  const blocker = yield* lockTask(release.taskId)
  if (blocker === null)
    throw notFound(
      'task.missing',
      `there is no task ${release.taskId} to wait for`,
      '`midwatch list` shows the tasks',
    )
  if (blocker.state !== 'settled') return release
  if (release.any || blocker.outcome === 'done') return null
  if ((yield* laterDone(blocker.id)) !== null) return null
  return { ...release, needsPerson: true }
}

/** The tasks that do this one again, and those that do these again. */
const laterThan = (id: unknown) => sql`WITH RECURSIVE later (id) AS (
        SELECT id FROM tasks WHERE again_of = ${id}
        UNION SELECT t.id FROM tasks t JOIN later ON t.again_of = later.id)
      SELECT t.id FROM later JOIN tasks t ON t.id = later.id`

const selectLaterDone = statement<{ id: number }, { id: number }>(
  'selectLaterDone',
  (_db, arg) => sql<{ id: number }>`${laterThan(arg('id'))} WHERE t.outcome = 'done' LIMIT 1`,
)

const selectLaterOpen = statement<{ id: number }, { id: number }>(
  'selectLaterOpen',
  (_db, arg) =>
    sql<{ id: number }>`${laterThan(arg('id'))} WHERE t.state <> 'settled' ORDER BY t.id LIMIT 1`,
)

/** The task that is done in place of this one, by its chain of `againOf`; null when none is. */
export function* laterDone(id: number): Script<number | null> {
  return (yield* first(selectLaterDone, { id }))?.id ?? null
}

/** The task that does this one again and is not settled yet, by the same chain; null when none does. */
export function* laterOpen(id: number): Script<number | null> {
  return (yield* first(selectLaterOpen, { id }))?.id ?? null
}

/** Why this task may not wait so: it would wait for itself. Null when it may. */
export function* circleRefusal(taskId: number, release: Release): Script<Refusal | null> {
  if (release.kind !== 'after') return null
  const circle = yield* findCircle(taskId, release.taskId)
  if (circle === null) return null
  const sentence = `that would make a circle: ${circle.join(' waits for ')}`
  const isItself = taskId === release.taskId
  const remedy = isItself ? 'name another task' : 'release one of these holds first'
  return refusal('hold.circle', sentence, remedy)
}

/** The way by which `from` would come to wait for itself through `to`, both ends named; null when there is none. */
function* findCircle(from: number, to: number): Script<number[] | null> {
  const cameBy = new Map<number, number>([[to, from]])
  const open = [to]
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    if (id === from) return wayRound(from, cameBy)
    for (const row of yield* all(selectBlockers, { taskId: id })) {
      if (cameBy.has(row.after_task)) continue
      cameBy.set(row.after_task, id)
      open.push(row.after_task)
    }
  }
  return null
}

function wayRound(from: number, cameBy: ReadonlyMap<number, number>): number[] {
  const way = [from]
  for (let id = cameBy.get(from); id !== undefined && id !== from; id = cameBy.get(id))
    way.unshift(id)
  return [from, ...way]
}
