// Resolves incidents whose cause is gone: a question that was answered, released or settled; a check that looks again; a
// task that nobody waits for any more; one that was stuck and is settled.

import { incidentBlocker, incidentHold } from '../../model/hold.ts'
import { stuckTask } from '../../model/task.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Round } from './chores.ts'

/** Level-triggered: looks at open incidents, of which there are few, and at what they name. */
export async function tendTaskIncidents({ deps }: Round): Promise<void> {
  const { store, clock } = deps
  for (const { key } of await store.incidents({ openOnly: true, limit: 200 })) {
    const by = await endOf(store, key)
    if (by !== null) await store.resolveIncident({ key, by, now: clock.now() })
  }
}

/** What ended an incident; null while it stands, or when it is not ours to end. */
async function endOf(store: Store, key: string): Promise<string | null> {
  const stuck = stuckTask(key)
  if (stuck !== null) return (await store.task(stuck))?.state === 'settled' ? 'it is settled' : null
  const holdId = incidentHold(key)
  if (holdId !== null) {
    const hold = await store.holdById(holdId)
    return hold === null || hold.releasedAt !== null
      ? (hold?.releasedBy ?? 'its hold is gone')
      : null
  }
  const blocker = incidentBlocker(key)
  if (blocker === null) return null
  return (await store.countFollowers(blocker)) === 0 ? 'nobody waits for it any more' : null
}
