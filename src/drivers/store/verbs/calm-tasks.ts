// Tasks that wait for a calm window: who they are, and the escape of one that waited too long.

import { sql } from 'kysely'

import type { Release } from '../../../model/hold.ts'
import { rankOf } from '../../../model/task.ts'
import { all, changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { hold } from './hold.ts'
import { demandId } from './intake.ts'
import { lockTask } from './task.ts'

const selectCalm = statement<{ name: string; limit: number }, { id: number; ready_at: number }>(
  'selectCalm',
  (_db, arg) =>
    sql<{ id: number; ready_at: number }>`SELECT t.id, t.ready_at FROM demands d
      CROSS JOIN tasks t WHERE d.calm = ${arg('name')} AND t.demand_id = d.id AND t.state = 'ready'
      ORDER BY t.ready_at, t.id LIMIT ${arg('limit')}`,
)
const countCalm = statement<{ name: string }, { n: number }>(
  'countCalm',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM demands d CROSS JOIN tasks t
      WHERE d.calm = ${arg('name')} AND t.demand_id = d.id AND t.state = 'ready'`,
)

/** See Store.waitingForCalm. */
export function* waitingForCalm(input: { name: string; limit: number }): Script<{
  count: number
  tasks: readonly { id: number; readyAt: number }[]
}> {
  const count = Number((yield* first(countCalm, { name: input.name }))?.n ?? 0)
  const rows = count === 0 || input.limit === 0 ? [] : yield* all(selectCalm, input)
  return { count, tasks: rows.map((row) => ({ id: row.id, readyAt: row.ready_at })) }
}

const setDemand = statement<{ id: number; demandId: number; rank: number }, { id: number }>(
  'setDemand',
  (_db, arg) =>
    sql<{ id: number }>`UPDATE tasks SET demand_id = ${arg('demandId')}, rank = ${arg('rank')}
      WHERE id = ${arg('id')} AND state = 'ready' RETURNING id`,
)

/** See Store.waiveCalm. */
export function* waiveCalm(input: {
  taskId: number
  by: string
  reason: string
  ask: Release | null
  now: number
}): Script<{ waived: boolean }> {
  const { taskId, by, reason, ask, now } = input
  const task = yield* lockTask(taskId)
  if (task === null || task.state !== 'ready' || task.demand.calm === undefined)
    return { waived: false }
  const { calm: window, ...demand } = task.demand
  const rank = rankOf(task.readyAt, task.priority)
  if (!(yield* changed(setDemand, { id: taskId, demandId: yield* demandId(demand), rank })))
    return { waived: false }
  yield* record(now, { taskId }, { kind: 'task.waived', window, by, reason })
  if (ask !== null) yield* hold({ taskId, release: ask, now })
  return { waived: true }
}
