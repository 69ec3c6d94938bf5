// Where a want comes from: how many tasks that sensors brought stand behind it. Nothing feeds on its own output (incident 5).

import type { Store } from '../../drivers/store/contract.ts'
import { isBySensor } from '../../model/sensor.ts'
import type { Task } from '../../model/task.ts'

/** Longer chains are cut: they are deep enough. */
const mostSteps = 50

/** How many tasks by sensors there are from this task back to its first cause, itself counted. */
export async function sensorDepth(store: Store, fromTask: number): Promise<number> {
  let depth = 0
  let id: number | null = fromTask
  for (let step = 0; id !== null && step < mostSteps; step++) {
    const task: Task | null = await store.task(id)
    if (task === null) return depth
    if (isBySensor(task.createdBy)) depth += 1
    id = await parentOf(store, task)
  }
  return depth
}

/** The task that this one comes from: by a sensor's word, done again, or made by a session of it. */
async function parentOf(store: Store, task: Task): Promise<number | null> {
  const said = task.order.fromTask ?? task.againOf
  if (said !== null && said !== undefined) return said
  const [, attemptId] = /^attempt (\d+)$/.exec(task.createdBy) ?? []
  if (attemptId === undefined) return null
  return (await store.attempt(Number(attemptId)))?.taskId ?? null
}
