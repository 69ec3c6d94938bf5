// Why a task is not changed as somebody wants it, in one wording: by the table that page and API ask before, and by the store that
// has the last word, so that the command line tells the same.

import { notFound, type OperatingError } from '../base/errors.ts'
import { type Refusal, refusal } from './refusal.ts'
import type { Outcome } from './task.ts'

/** What is settled stays so. */
export const settledAlready = (task: { readonly id: number; readonly outcome: Outcome }): Refusal =>
  refusal(
    'task.settled',
    `task ${task.id} is settled as ${task.outcome}, and stays so`,
    `\`midwatch again ${task.id}\` wants it once more`,
  )

/** An attempt has it. */
export const takenAlready = (task: { readonly id: number; readonly attemptId: number }): Refusal =>
  refusal(
    'task.taken',
    `attempt ${task.attemptId} works on task ${task.id}`,
    'wait for its end, or cancel the task',
  )

/** Nobody knows it. */
export const noSuchTask = (id: number): Refusal =>
  refusal('task.missing', `there is no task ${id}`, '`midwatch list` shows the tasks')

/** The same, for whoever cannot go on without it. */
export function taskNotFound(id: number): OperatingError {
  const { code, sentence, release } = noSuchTask(id)
  return notFound(code, sentence, release)
}
