// A task by its number, and what the store refused, as the trouble it is for whoever asked.

import { notFound, type OperatingError, refused, usage } from '../../base/errors.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Refusal } from '../../model/refusal.ts'
import type { Task } from '../../model/task.ts'
import { taskNotFound } from '../../model/task-refusals.ts'

/** Throws `task.missing`. */
export async function taskOf(store: Store, id: number): Promise<Task> {
  const task = await store.task(id)
  if (task === null) throw taskNotFound(id)
  return task
}

/** A refusal as an error: what is missing is not found, a wrong call is one, everything else is a rule that stands against it. */
export const asTrouble = ({ code, sentence, release }: Refusal): OperatingError =>
  (code.startsWith('usage.') ? usage : code.endsWith('.missing') ? notFound : refused)(
    code,
    sentence,
    release,
  )
