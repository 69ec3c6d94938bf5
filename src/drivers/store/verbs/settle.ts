// settle, giveBack and settleByHand: the ways out of `taken`. The first two name the attempt, which is the fence: a
// task that another attempt holds, or that is settled, is not theirs to write (S4).

import { sql } from 'kysely'

import { assert } from '../../../base/assert.ts'
import type { Release } from '../../../model/hold.ts'
import { type Fenced, type Refusal, refusal } from '../../../model/refusal.ts'
import type { Outcome, Task } from '../../../model/task.ts'
import { noSuchTask, settledAlready } from '../../../model/task-refusals.ts'
import { changed, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record, refuse } from './facts.ts'
import { insertHold } from './hold.ts'
import { endReviews } from './review-end.ts'
import { settleHeld, settleTask } from './settlement.ts'
import { lockTask, makeReady } from './task.ts'
import { circleRefusal, lockWaiting, stillHolding } from './waiting.ts'
import { askStop } from './watch.ts'

/** See Store.settle. */
export function* settle(input: {
  taskId: number
  attemptId: number
  outcome: Outcome
  verified: boolean | null
  by: string
  reason: string
  now: number
}): Script<Fenced> {
  const { taskId, attemptId, now } = input
  if (yield* settleHeld(taskId, attemptId, input, now)) return { ok: true }
  const why = staleClaim(taskId, yield* lockTask(taskId), attemptId)
  assert(why !== null, 'who holds a task settles it')
  return yield* refuse(now, { taskId, attemptId }, 'settle', why)
}

/** taken → held. The caller puts the holds. */
export const takenToHeld = statement<{ id: number }, { id: number }>(
  'takenToHeld',
  (_db, arg) =>
    sql<{ id: number }>`UPDATE tasks SET state = 'held', ready_at = NULL, rank = NULL
      WHERE id = ${arg('id')} AND state = 'taken' RETURNING id`,
)

/** See Store.giveBack. */
export function* giveBack(input: {
  taskId: number
  attemptId: number
  holds: readonly Release[]
  charged: boolean
  reason: string
  now: number
}): Script<Fenced> {
  const { taskId, attemptId, charged, reason, now } = input
  for (const release of input.holds) yield* lockWaiting(release)
  const task = yield* lockTask(taskId)
  const stale = staleClaim(taskId, task, attemptId)
  if (stale !== null || task === null)
    return yield* refuse(now, { taskId, attemptId }, 'giveBack', stale as Refusal)
  for (const release of input.holds) {
    const circle = yield* circleRefusal(taskId, release)
    if (circle !== null) return yield* refuse(now, { taskId, attemptId }, 'giveBack', circle)
  }
  const holds = yield* stillHolding(input.holds, now)
  yield* record(now, { taskId, attemptId }, { kind: 'task.returned', reason, charged })
  if (holds.length === 0) yield* makeReady(task, now)
  else {
    yield* changed(takenToHeld, { id: taskId })
    for (const release of holds) yield* insertHold(taskId, release, now)
  }
  return { ok: true }
}

/** See Store.settleByHand. */
export function* settleByHand(input: {
  taskId: number
  outcome: Outcome
  by: string
  reason: string
  now: number
}): Script<Fenced<{ stopping: number | null }>> {
  const { taskId, outcome, by, reason, now } = input
  const task = yield* lockTask(taskId)
  if (task === null) return { ok: false, refusal: noSuchTask(taskId) }
  if (task.state === 'settled')
    return yield* refuse(now, { taskId }, 'settleByHand', settledAlready(task))
  const attemptId = task.state === 'taken' ? task.attemptId : null
  yield* settleTask(
    task,
    { outcome, verified: outcome === 'done' ? false : null, by, reason, attemptId },
    now,
  )
  if (task.order.review === true) yield* endReviews(taskId, reason, by, now)
  if (attemptId !== null)
    yield* askStop({ attemptIds: [attemptId], reason: `task ${outcome} by ${by}`, by, now })
  return { ok: true, stopping: attemptId }
}

/** Why this attempt may not write to this task, or null when it may. */
export function staleClaim(taskId: number, task: Task | null, attemptId: number): Refusal | null {
  if (task === null) return refusal('task.missing', `there is no task ${taskId}`, 'nothing to do')
  if (task.state === 'taken' && task.attemptId === attemptId) return null
  return refusal(
    'fence.stale',
    `attempt ${attemptId} does not hold task ${taskId}, which is ${task.state}`,
    'nothing to do: somebody else decided',
  )
}
