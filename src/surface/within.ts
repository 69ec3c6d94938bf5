// How far a session's wish for more tasks reaches: a session may add tasks, those sessions may add tasks, and there it
// ends; and each session may add only so many. Otherwise one eager agent fills a fleet by itself overnight. The command
// line, the API and MCP ask here alike.

import { refused } from '../base/errors.ts'
import type { Store } from '../drivers/store/contract.ts'
import type { Attempt } from '../model/attempt.ts'

export const depthMax = 3
export const tasksPerAttemptMax = 50

/** Throws `session.too_deep` or `session.too_many` when this attempt may add no further task. */
export async function checkWithin(store: Store, attempt: Attempt): Promise<void> {
  const depth = await depthOf(store, attempt.taskId)
  if (depth >= depthMax)
    throw refused(
      'session.too_deep',
      `task ${attempt.taskId} was itself added by a session of a session: ${depthMax} levels are the most`,
      'say in your own report what is left to do; a person adds it',
    )
  const added = await store.addedBy(attempt.id)
  if (added >= tasksPerAttemptMax)
    throw refused(
      'session.too_many',
      `this session has added ${added} tasks already`,
      'say in your own report what is left to do; a person adds it',
    )
}

/** How many sessions stand between this task and a person. */
async function depthOf(store: Store, taskId: number): Promise<number> {
  let depth = 0
  for (let id: number | null = taskId; id !== null && depth < depthMax; depth++) {
    const task = await store.task(id)
    const adder = /^attempt (\d+)$/.exec(task?.createdBy ?? '')?.[1]
    if (adder === undefined) return depth
    id = (await store.attempt(Number(adder)))?.taskId ?? null
  }
  return depth
}
