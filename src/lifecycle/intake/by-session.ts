// A session that wants something done as a task of its own: known by its attempt, and bounded by where its own task came
// from. The same for the command line and the API.

import type { Attempt } from '../../model/attempt.ts'
import type { Origin } from '../../model/provenance.ts'

export const bySession = ({ id, taskId }: Pick<Attempt, 'id' | 'taskId'>): Origin => ({
  kind: 'session',
  taskId,
  attemptId: id,
})
