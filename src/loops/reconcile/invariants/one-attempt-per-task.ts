// A task has at most one unended attempt that could still write to it.

import type { Invariant } from '../law.ts'

export const oneAttemptPerTask: Invariant = {
  name: 'one-attempt-per-task',
  law: 'no two unended attempts work on one task',
  repair: 'the rule attempt-has-its-task stops the one that does not hold it',
  async accuse({ store }) {
    const byTask = new Map<number, number[]>()
    for (const { id, taskId, stop } of await store.unended(null))
      if (stop === null) byTask.set(taskId, [...(byTask.get(taskId) ?? []), id])
    return [...byTask]
      .filter(([, attempts]) => attempts.length > 1)
      .map(([taskId, attempts]) => ({
        subject: `task ${taskId}`,
        what: `attempts ${attempts.join(' and ')} are both under way`,
      }))
  },
}
