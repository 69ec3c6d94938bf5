// enqueue and edit: wants become tasks, deduped by key, born held with their holds or ready.

import { present } from '../../../base/assert.ts'
import { notFound } from '../../../base/errors.ts'
import { type Demand, demandKey, isBound } from '../../../model/demand.ts'
import type { Fenced } from '../../../model/refusal.ts'
import { type Order, rankOf, type Task } from '../../../model/task.ts'
import { noSuchTask, settledAlready, takenAlready } from '../../../model/task-refusals.ts'
import type { EnqueueInput } from '../contract/shapes.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record, refuse } from './facts.ts'
import { insertHold } from './hold.ts'
import { lockName } from './lock.ts'
import { keepLine, lineOf } from './provenance.ts'
import { task as readTask } from './reading.ts'
import { lockTask } from './task.ts'
import { laterOpen, stillHolding } from './waiting.ts'

const insertDemand = statement<{
  key: string
  json: string
  bound: number
  calm: string | null
}>('insertDemand', (db, arg) =>
  db
    .insertInto('demands')
    .values({
      key: arg('key'),
      demand_json: arg('json'),
      bound: arg('bound'),
      calm: arg('calm'),
    })
    .onConflict((oc) => oc.column('key').doNothing()),
)
const selectDemand = statement<{ key: string }, { id: number }>('selectDemand', (db, arg) =>
  db.selectFrom('demands').select('id').where('key', '=', arg('key')),
)
const insertTask = statement<
  {
    state: string
    title: string
    priority: number
    demandId: number
    order: string
    hasCheck: number
    attemptsMax: number
    readyAt: number | null
    rank: number | null
    againOf: number | null
    now: number
    by: string
  },
  { id: number }
>('insertTask', (db, arg) =>
  db
    .insertInto('tasks')
    .values({
      state: arg('state'),
      title: arg('title'),
      priority: arg('priority'),
      demand_id: arg('demandId'),
      order_json: arg('order'),
      has_check: arg('hasCheck'),
      attempts_max: arg('attemptsMax'),
      ready_at: arg('readyAt'),
      rank: arg('rank'),
      again_of: arg('againOf'),
      created_at: arg('now'),
      created_by: arg('by'),
    })
    .returning('id'),
)
const selectKey = statement<
  { key: string },
  { task_id: number; scope: string; claimed_at: number }
>('selectKey', (db, arg) =>
  db.selectFrom('keys').select(['task_id', 'scope', 'claimed_at']).where('key', '=', arg('key')),
)
const keepKey = statement<{ key: string }>('keepKey', (db, arg) =>
  db.updateTable('keys').set({ scope: 'ever' }).where('key', '=', arg('key')),
)
const putKey = statement<{ key: string; taskId: number; scope: string; now: number }>(
  'putKey',
  (db, arg) =>
    db
      .insertInto('keys')
      .values({
        key: arg('key'),
        task_id: arg('taskId'),
        scope: arg('scope'),
        claimed_at: arg('now'),
      })
      .onConflict((oc) =>
        oc
          .column('key')
          .doUpdateSet({ task_id: arg('taskId'), scope: arg('scope'), claimed_at: arg('now') }),
      ),
)

/** The id of the demand's row, made when it is new. */
export function* demandId(demand: Demand): Script<number> {
  const key = demandKey(demand)
  const known = yield* first(selectDemand, { key })
  if (known) return known.id
  const bound = Number(isBound(demand))
  const calm = demand.calm ?? null
  yield* all(insertDemand, { key, json: JSON.stringify(demand), bound, calm })
  return present(yield* first(selectDemand, { key }), 'a demand just inserted is there').id
}

/** See Store.enqueue. */
export function* enqueue(input: EnqueueInput): Script<{ task: Task; deduped: boolean }> {
  const { now, key } = input
  const holder = key === null ? null : yield* keyHolder(key, now)
  if (key !== null && holder !== null) return yield* wantedBefore(holder, key, now)
  const again = input.againOf === null ? null : yield* lockAgainOf(input.againOf)
  if (again !== null) {
    if (key !== null) yield* all(putKey, { key: key.key, taskId: again.id, scope: key.scope, now })
    return yield* wantedBefore(again, { key: `again:${input.againOf}`, scope: 'open' }, now)
  }
  const line = yield* lineOf(input.origin ?? null, input.againOf)
  const holds = yield* stillHolding(input.holds, now)
  const state = holds.length > 0 ? 'held' : 'ready'
  const row = yield* first(insertTask, {
    state,
    title: input.title,
    priority: input.priority,
    demandId: yield* demandId(input.demand),
    order: JSON.stringify(input.order),
    hasCheck: Number(input.order.verify !== null),
    attemptsMax: input.attemptsMax,
    readyAt: state === 'ready' ? now : null,
    rank: state === 'ready' ? rankOf(now, input.priority) : null,
    againOf: input.againOf,
    now,
    by: input.by,
  })
  const { id } = present(row, 'an inserted task returns its id')
  if (line !== null) yield* keepLine(id, line)
  if (key !== null) yield* all(putKey, { key: key.key, taskId: id, scope: key.scope, now })
  yield* record(
    now,
    { taskId: id },
    { kind: 'task.enqueued', title: input.title, state, by: input.by },
  )
  for (const release of holds) yield* insertHold(id, release, now)
  return { task: newTask(id, input, state), deduped: false }
}

/** The task as it was just inserted, without reading it back. */
function newTask(id: number, input: EnqueueInput, state: 'held' | 'ready'): Task {
  const { title, priority, demand, order, attemptsMax, againOf, now, by } = input
  const common = {
    id,
    title,
    priority,
    demand,
    order,
    attemptsMax,
    againOf,
    attempts: 0,
    createdAt: now,
    createdBy: by,
  }
  return state === 'held' ? { ...common, state } : { ...common, state, readyAt: now }
}

/** What is wanted a second time is not made a second time; that somebody asked is told. */
function* wantedBefore(
  task: Task,
  { key, scope }: { readonly key: string; readonly scope: string },
  now: number,
): Script<{ task: Task; deduped: boolean }> {
  yield* record(now, { taskId: task.id }, { kind: 'task.deduped', key, scope })
  return { task, deduped: true }
}

/**
 * The task that is done again must be there, and must stay: pruning takes no task that another one points to. Answers the
 * one that does it again already and is not settled, which is enough: two who press the same button want it once.
 */
function* lockAgainOf(id: number): Script<Task | null> {
  if ((yield* lockTask(id)) === null)
    throw notFound(
      'task.missing',
      `there is no task ${id} to do again`,
      '`midwatch list` shows the tasks',
    )
  const standing = yield* laterOpen(id)
  return standing === null ? null : yield* readTask(standing)
}

/**
 * The task that holds this key now; null when the key is free. A key that was ever asked for for good is kept for
 * good, and its task with it, whatever it was first taken for.
 */
function* keyHolder(key: NonNullable<EnqueueInput['key']>, now: number): Script<Task | null> {
  yield* lockName('key', key.key)
  const row = yield* first(selectKey, { key: key.key })
  const holder = row === undefined ? null : yield* lockTask(row.task_id)
  if (row === undefined || holder === null) return null
  const taken =
    row.scope === 'ever' ||
    key.scope === 'ever' ||
    (key.scope === 'window' && row.claimed_at + key.windowMs > now) ||
    (key.scope === 'open' && holder.state !== 'settled')
  if (!taken) return null
  if (key.scope === 'ever' && row.scope !== 'ever') yield* all(keepKey, { key: key.key })
  return holder
}

const updateOrder = statement<{
  id: number
  title: string
  priority: number
  demandId: number
  order: string
  hasCheck: number
  rank: number | null
}>('updateOrder', (db, arg) =>
  db
    .updateTable('tasks')
    .set({
      title: arg('title'),
      priority: arg('priority'),
      demand_id: arg('demandId'),
      order_json: arg('order'),
      has_check: arg('hasCheck'),
      rank: arg('rank'),
    })
    .where('id', '=', arg('id'))
    .where('state', 'in', ['held', 'ready']),
)

/** See Store.edit. */
export function* edit(input: {
  taskId: number
  title?: string
  priority?: number
  demand?: Demand
  order?: Partial<Order>
  by: string
  now: number
}): Script<Fenced<{ task: Task }>> {
  const { taskId, now, by } = input
  const task = yield* lockTask(taskId)
  if (task === null) return { ok: false, refusal: noSuchTask(taskId) }
  if (task.state === 'taken') return yield* refuse(now, { taskId }, 'edit', takenAlready(task))
  if (task.state === 'settled') return yield* refuse(now, { taskId }, 'edit', settledAlready(task))
  const priority = input.priority ?? task.priority
  const order = { ...task.order, ...input.order }
  yield* all(updateOrder, {
    id: taskId,
    title: input.title ?? task.title,
    priority,
    demandId: yield* demandId(input.demand ?? task.demand),
    order: JSON.stringify(order),
    hasCheck: Number(order.verify !== null),
    rank: task.state === 'ready' ? rankOf(task.readyAt, priority) : null,
  })
  const changed = (['title', 'priority', 'demand', 'order'] as const).filter(
    (k) => input[k] !== undefined,
  )
  yield* record(now, { taskId }, { kind: 'task.edited', changed, by })
  return { ok: true, task: present(yield* lockTask(taskId), 'an edited task is there') }
}
