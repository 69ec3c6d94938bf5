// The table of what may be done, asked before a task is changed.

import { canTask, type TaskAct } from '../../can.ts'
import { taskOf } from '../../cli/task-of.ts'
import type { House } from '../house.ts'
import { refusalOf } from '../problem.ts'

/** Throws what the table says against it. */
export async function allowed({ store }: House, act: TaskAct, id: number): Promise<void> {
  const task = await taskOf(store, id)
  const liveHolds = act === 'release' ? (await store.holdsOf(id, true)).length : 0
  const why = canTask(act, { task, liveHolds })
  if (why !== null) throw refusalOf(why)
}
