// Making and changing convoys. A landing task waits for every member by `after`, which a failed one never releases, and
// is made once, under the convoy's own key.

import { present } from '../../../base/assert.ts'
import { type Convoy, type ConvoyMember, landingKey } from '../../../model/convoy.ts'
import type { Release } from '../../../model/hold.ts'
import { type Fenced, type Refusal, refusal } from '../../../model/refusal.ts'
import { taskNotFound } from '../../../model/task-refusals.ts'
import type { EnqueueInput } from '../contract/shapes.ts'
import { all, changed, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { convoyIfDone } from './convoy-landing.ts'
import { findConvoy, lockConvoy, membersOf } from './convoy-rows.ts'
import { record } from './facts.ts'
import { hold } from './hold.ts'
import { enqueue } from './intake.ts'
import { holdsOf } from './reading.ts'
import { releaseHold } from './release.ts'
import { lockTask } from './task.ts'

const insertConvoy = statement<{ title: string; now: number; by: string }, { id: number }>(
  'insertConvoy',
  (db, arg) =>
    db
      .insertInto('convoys')
      .values({ title: arg('title'), created_at: arg('now'), created_by: arg('by') })
      .returning('id'),
)
const setLanding = statement<{ id: number; task: number }>('setLanding', (db, arg) =>
  db
    .updateTable('convoys')
    .set({ landing_task: arg('task') })
    .where('id', '=', arg('id')),
)
const addMember = statement<{ convoyId: number; taskId: number }, { task_id: number }>(
  'addMember',
  (db, arg) =>
    db
      .insertInto('convoy_tasks')
      .values({ convoy_id: arg('convoyId'), task_id: arg('taskId') })
      .onConflict((oc) => oc.doNothing())
      .returning('task_id'),
)
const dropMember = statement<{ convoyId: number; taskId: number }, { task_id: number }>(
  'dropMember',
  (db, arg) =>
    db
      .deleteFrom('convoy_tasks')
      .where('convoy_id', '=', arg('convoyId'))
      .where('task_id', '=', arg('taskId'))
      .returning('task_id'),
)

const afterMember = (taskId: number): Release => ({
  kind: 'after',
  taskId,
  any: false,
  needsPerson: false,
})

/** See Store.createConvoy. Throws `task.missing`. */
export function* createConvoy(input: {
  title: string
  taskIds: readonly number[]
  landing: Omit<EnqueueInput, 'key' | 'holds' | 'againOf'> | null
  by: string
  now: number
}): Script<Convoy> {
  const { title, landing, by, now } = input
  const taskIds = ordered(input.taskIds)
  for (const id of taskIds) yield* lockExisting(id)
  const [row] = yield* all(insertConvoy, { title, now, by })
  const { id } = present(row, 'an inserted convoy returns its id')
  for (const taskId of taskIds) yield* all(addMember, { convoyId: id, taskId })
  yield* record(now, {}, { kind: 'convoy.created', convoyId: id, title, tasks: taskIds, by })
  if (landing !== null) {
    const key = { key: landingKey(id), scope: 'ever' as const }
    const holds = taskIds.map(afterMember)
    const origin = { kind: 'landing' } as const
    const { task } = yield* enqueue({ ...landing, key, holds, againOf: null, origin })
    yield* all(setLanding, { id, task: task.id })
  }
  yield* convoyIfDone(id, now)
  return present(yield* findConvoy(id), 'a convoy just made is there')
}

/** See Store.changeConvoy. Throws `task.missing`. */
export function* changeConvoy(input: {
  convoyId: number
  add: readonly number[]
  remove: readonly number[]
  by: string
  now: number
}): Script<Fenced<{ convoy: Convoy }>> {
  const { convoyId, by, now } = input
  for (const id of ordered(input.add)) yield* lockExisting(id)
  const convoy = yield* lockConvoy(convoyId)
  const landing = convoy?.landingTask ?? null
  const landingTask = landing === null ? null : yield* lockTask(landing)
  const why = whyFixed(convoyId, convoy, landingTask?.state ?? null)
  if (why !== null) return { ok: false, refusal: why }
  const added: number[] = []
  const removed: number[] = []
  for (const taskId of ordered(input.add)) {
    if (!(yield* changed(addMember, { convoyId, taskId }))) continue
    added.push(taskId)
    if (landing === null) continue
    const put = yield* hold({ taskId: landing, release: afterMember(taskId), now })
    if (!put.ok && put.refusal.code !== 'hold.met') return put
  }
  for (const taskId of ordered(input.remove))
    if (yield* changed(dropMember, { convoyId, taskId })) removed.push(taskId)
  if (landing !== null) yield* dropWaits(landing, removed, by, now)
  if (added.length + removed.length > 0)
    yield* record(now, {}, { kind: 'convoy.changed', convoyId, added, removed, by })
  yield* convoyIfDone(convoyId, now)
  return { ok: true, convoy: present(yield* findConvoy(convoyId), 'it was just there') }
}

/** The landing no longer waits for members that left. */
function* dropWaits(
  landing: number,
  removed: readonly number[],
  by: string,
  now: number,
): Script<void> {
  for (const one of yield* holdsOf(landing, true))
    if (one.release.kind === 'after' && removed.includes(one.release.taskId))
      yield* releaseHold(one, by, now)
}

function whyFixed(id: number, convoy: Convoy | null, landing: string | null): Refusal | null {
  if (convoy === null)
    return refusal(
      'convoy.missing',
      `there is no convoy ${id}`,
      '`midwatch convoy list` shows them',
    )
  if (convoy.landedAt !== null)
    return refusal('convoy.landed', `convoy ${id} has landed`, 'make a new one')
  if (landing === 'taken' || landing === 'settled')
    return refusal(
      'convoy.landing',
      `convoy ${id} is landing by task ${convoy.landingTask}, which is ${landing}`,
      'make a new one',
    )
  return null
}

/** See Store.convoy. */
export function* convoy(
  id: number,
): Script<{ convoy: Convoy; members: readonly ConvoyMember[] } | null> {
  const found = yield* findConvoy(id)
  return found === null ? null : { convoy: found, members: yield* membersOf(id) }
}

const ordered = (ids: readonly number[]): number[] => [...new Set(ids)].sort((a, b) => a - b)

function* lockExisting(id: number): Script<void> {
  if ((yield* lockTask(id)) === null) throw taskNotFound(id)
}
