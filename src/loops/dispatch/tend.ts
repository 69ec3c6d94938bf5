// Resolves the incident of every task that no longer waits for a person (somebody released, settled or cancelled it), or
// that was stuck and is settled.

import { incidentTask, stuckTask } from '../../model/task.ts'
import type { Round } from './duties.ts'

/** Level-triggered: looks at open incidents, of which there are few, and at the holds of the tasks they name. */
export async function tendTaskIncidents({ deps }: Round): Promise<void> {
  const { store, clock } = deps
  for (const { key } of await store.incidents({ openOnly: true, limit: 200 })) {
    const stuck = stuckTask(key)
    if (stuck !== null && (await store.task(stuck))?.state === 'settled')
      await store.resolveIncident({ key, by: 'it is settled', now: clock.now() })
    const taskId = incidentTask(key)
    if (taskId === null) continue
    const holds = await store.holdsOf(taskId, true)
    if (holds.some((hold) => hold.kind === 'person')) continue
    await store.resolveIncident({ key, by: 'its hold is gone', now: clock.now() })
  }
}
