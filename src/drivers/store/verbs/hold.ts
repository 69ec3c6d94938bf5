// Putting holds on tasks. A hold is inserted with its release; a circle of `after` is refused with the circle shown.

import { present } from '../../../base/assert.ts'
import { firstLookAt, type Hold, needsPerson, type Release } from '../../../model/hold.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import { noSuchTask, settledAlready, takenAlready } from '../../../model/task-refusals.ts'
import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record, refuse } from './facts.ts'
import { releasePins } from './gates.ts'
import { tellBlocked, tellQuestion } from './persons.ts'
import { findHold, releaseHold } from './release.ts'
import { lockTask } from './task.ts'
import { circleRefusal, lockWaiting, stillHolding } from './waiting.ts'

const putHold = statement<
  {
    taskId: number
    kind: string
    now: number
    until: number | null
    after: number | null
    lookAt: number | null
    waitsOn: string | null
    person: number
    release: string
  },
  { id: number }
>('putHold', (db, arg) =>
  db
    .insertInto('holds')
    .values({
      task_id: arg('taskId'),
      kind: arg('kind'),
      since: arg('now'),
      until: arg('until'),
      after_task: arg('after'),
      look_at: arg('lookAt'),
      waits_on: arg('waitsOn'),
      needs_person: arg('person'),
      release_json: arg('release'),
    })
    .returning('id'),
)

/** Inserts a hold with its fact. The caller sees to the task's state. */
export function* insertHold(taskId: number, release: Release, now: number): Script<number> {
  const row = yield* first(putHold, {
    taskId,
    kind: release.kind,
    now,
    until: release.kind === 'time' ? release.until : null,
    after: release.kind === 'after' ? release.taskId : null,
    lookAt: firstLookAt(release, now),
    waitsOn: nameWaitedFor(release),
    person: Number(needsPerson(release)),
    release: JSON.stringify(release),
  })
  const { id } = present(row, 'an inserted hold returns its id')
  yield* record(now, { taskId }, { kind: 'task.held', holdId: id, release })
  if (release.kind === 'person') yield* tellQuestion(taskId, id, release, now)
  if (release.kind === 'after' && release.needsPerson) {
    const blocker = yield* lockTask(release.taskId)
    const outcome = blocker?.state === 'settled' ? blocker.outcome : 'failed'
    yield* record(
      now,
      { taskId },
      { kind: 'hold.needs_person', holdId: id, after: release.taskId, outcome },
    )
    yield* tellBlocked(release.taskId, [taskId], now)
  }
  return id
}

/** The lock or work key it waits for; null for other holds. */
const nameWaitedFor = (release: Release): string | null =>
  release.kind === 'lock'
    ? `lock:${release.name}`
    : release.kind === 'work'
      ? `work:${release.key}`
      : null

const readyToHeld = statement<{ id: number }, { id: number }>('readyToHeld', (db, arg) =>
  db
    .updateTable('tasks')
    .set({ state: 'held', ready_at: null, rank: null })
    .where('id', '=', arg('id'))
    .where('state', '=', 'ready')
    .returning('id'),
)

/** See Store.hold. */
export function* hold(input: {
  taskId: number
  release: Release
  now: number
}): Script<Fenced<{ hold: Hold }>> {
  const { taskId, release, now } = input
  yield* lockWaiting(release)
  const task = yield* lockTask(taskId)
  if (task === null) return { ok: false, refusal: noSuchTask(taskId) }
  if (task.state === 'taken') return yield* refuse(now, { taskId }, 'hold', takenAlready(task))
  if (task.state === 'settled') return yield* refuse(now, { taskId }, 'hold', settledAlready(task))
  const circle = yield* circleRefusal(taskId, release)
  if (circle !== null) return yield* refuse(now, { taskId }, 'hold', circle)
  const [standing] = yield* stillHolding([release], now)
  if (standing === undefined)
    return {
      ok: false,
      refusal: refusal(
        'hold.met',
        'what that hold would wait for has already come',
        'nothing to do',
      ),
    }
  const id = yield* insertHold(taskId, standing, now)
  if (task.state === 'ready') yield* changed(readyToHeld, { id: taskId })
  return { ok: true, hold: present(yield* findHold(id), 'a hold just put is there') }
}

/** See Store.release. */
export function* release(input: {
  holdId: number
  by: string
  now: number
}): Script<Fenced<{ ready: boolean }>> {
  const found = yield* findHold(input.holdId)
  if (found === null)
    return {
      ok: false,
      refusal: refusal(
        'hold.missing',
        `there is no hold ${input.holdId}`,
        '`midwatch show` lists the holds of a task',
      ),
    }
  if (found.release.kind === 'review' && found.releasedAt === null)
    return {
      ok: false,
      refusal: refusal(
        'hold.review',
        `task ${found.taskId} waits for review ${found.release.reviewTask}`,
        `\`midwatch review ${found.taskId}\` with --approve, --changes or --reject decides it`,
      ),
    }
  return { ok: true, ready: yield* releaseHold(found, input.by, input.now) }
}

const selectDue = statement<{ now: number; limit: number }, HoldRow>('selectDue', (db, arg) =>
  db
    .selectFrom('holds')
    .selectAll()
    .where('kind', '=', 'time')
    .where('released_at', 'is', null)
    .where('until', '<=', arg('now'))
    .orderBy('until')
    .limit(arg('limit')),
)

/** See Store.releaseDue. Pins whose stated end has come are released with the holds. */
export function* releaseDue(input: { now: number; limit: number }): Script<{ released: number }> {
  yield* releasePins(input.now)
  const due = (yield* all(selectDue, input)).map(holdFromRow)
  for (const hold of due.toSorted((a, b) => a.taskId - b.taskId))
    yield* releaseHold(hold, 'time', input.now)
  return { released: due.length }
}
