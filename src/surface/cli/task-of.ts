// A task by its number, or a sentence that there is none.

import { notFound } from '../../base/errors.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Refusal } from '../../model/refusal.ts'
import { refused } from '../../base/errors.ts'
import type { Task } from '../../model/task.ts'

/** Throws `task.missing`. */
export async function taskOf(store: Store, id: number): Promise<Task> {
  const task = await store.task(id)
  if (task === null) throw notFound('task.missing', `there is no task ${id}`, '`midwatch list` shows the tasks')
  return task
}

/** A refusal of the store, as the trouble it is for whoever asked. */
export const asTrouble = (refusal: Refusal) => refused(refusal.code, refusal.sentence, refusal.release)
