// enqueue and edit: wants become tasks, deduped by key, born held with their holds or ready.

import { present } from '../../../base/assert.ts'
import { type Demand, demandKey } from '../../../model/demand.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import { type Order, rankOf, type Task } from '../../../model/task.ts'
import type { EnqueueInput } from '../contract.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record, refuse } from './facts.ts'
import { insertHold } from './hold.ts'
import { lockTask } from './task.ts'

const insertDemand = statement<{ key: string; json: string }>('insertDemand', (db, arg) =>
  db
    .insertInto('demands')
    .values({ key: arg('key'), demand_json: arg('json') })
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
  { task_id: number; scope: string; claimed_at: number; state: string | null }
>('selectKey', (db, arg) =>
  db
    .selectFrom('keys')
    .leftJoin('tasks', 'tasks.id', 'keys.task_id')
    .select(['keys.task_id', 'keys.scope', 'keys.claimed_at', 'tasks.state'])
    .where('keys.key', '=', arg('key')),
)
const putKey = statement<{ key: string; taskId: number; scope: string; now: number }>('putKey', (db, arg) =>
  db
    .insertInto('keys')
    .values({ key: arg('key'), task_id: arg('taskId'), scope: arg('scope'), claimed_at: arg('now') })
    .onConflict((oc) =>
      oc.column('key').doUpdateSet({ task_id: arg('taskId'), scope: arg('scope'), claimed_at: arg('now') }),
    ),
)

/** The id of the demand's row, made when it is new. */
export function* demandId(demand: Demand): Script<number> {
  const key = demandKey(demand)
  const known = yield* first(selectDemand, { key })
  if (known) return known.id
  yield* all(insertDemand, { key, json: JSON.stringify(demand) })
  return present(yield* first(selectDemand, { key }), 'a demand just inserted is there').id
}

/** See Store.enqueue. */
export function* enqueue(input: EnqueueInput): Script<{ task: Task; deduped: boolean }> {
  const { now, key, holds } = input
  const holder = key === null ? null : yield* keyHolder(key, now)
  if (key !== null && holder !== null) {
    yield* record(now, { taskId: holder.id }, { kind: 'task.deduped', key: key.key, scope: key.scope })
    return { task: holder, deduped: true }
  }
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
  if (key !== null) yield* all(putKey, { key: key.key, taskId: id, scope: key.scope, now })
  yield* record(now, { taskId: id }, { kind: 'task.enqueued', title: input.title, state, by: input.by })
  for (const release of holds) yield* insertHold(id, release, now)
  return { task: newTask(id, input), deduped: false }
}

/** The task as it was just inserted, without reading it back. */
function newTask(id: number, input: EnqueueInput): Task {
  const { title, priority, demand, order, attemptsMax, againOf, now, by } = input
  const common = { id, title, priority, demand, order, attemptsMax, againOf, attempts: 0, createdAt: now, createdBy: by }
  return input.holds.length > 0
    ? { ...common, state: 'held' }
    : { ...common, state: 'ready', readyAt: now }
}

/** The task that holds this key now; null when the key is free. `ever` outlives its task's row. */
function* keyHolder(key: NonNullable<EnqueueInput['key']>, now: number): Script<Task | null> {
  const row = yield* first(selectKey, { key: key.key })
  if (row === undefined || row.state === null) return null
  const taken =
    row.scope === 'ever' ||
    key.scope === 'ever' ||
    (key.scope === 'window' && row.claimed_at + key.windowMs > now) ||
    (key.scope === 'open' && row.state !== 'settled')
  return taken ? yield* lockTask(row.task_id) : null
}

const updateOrder = statement<
  { id: number; title: string; priority: number; demandId: number; order: string; hasCheck: number; rank: number | null }
>('updateOrder', (db, arg) =>
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
  if (task === null) return { ok: false, refusal: refusal('task.missing', `there is no task ${taskId}`, 'name another task') }
  if (task.state === 'taken' || task.state === 'settled')
    return yield* refuse(now, { taskId }, 'edit', refusal(
      `task.${task.state}`,
      `task ${taskId} is ${task.state}; an order can be edited only before it is taken`,
      task.state === 'taken' ? `\`midwatch cancel ${taskId}\` and \`midwatch again ${taskId}\`` : `\`midwatch again ${taskId}\``,
    ))
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
  const changed = (['title', 'priority', 'demand', 'order'] as const).filter((k) => input[k] !== undefined)
  yield* record(now, { taskId }, { kind: 'task.edited', changed, by })
  return { ok: true, task: present(yield* lockTask(taskId), 'an edited task is there') }
}
