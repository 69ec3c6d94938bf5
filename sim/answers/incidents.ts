// Answers incidents: a task that was told again and again to come to nothing is cancelled, and an incident that needs a person is done with.

import { stuckTask } from '../../src/model/task.ts'
import { by, type PeopleDeps } from '../deeds/contract.ts'
import type { World } from '../world.ts'

/** See Answer. */
export async function answerIncidents({ world }: PeopleDeps, now: number): Promise<number> {
  const { store } = world
  let answered = 0
  for (const { key, data } of await store.incidents({ openOnly: true, limit: 500 })) {
    const taskId = stuckTask(key)
    if (taskId !== null && !isGood(world, taskId)) {
      const reason = 'it is stuck'
      await store.settleByHand({ taskId, outcome: 'cancelled', by, reason, now })
      answered += 1
    }
    // All others the house ends.
    if (data.needsPerson) await store.resolveIncident({ key, by, now })
  }
  return answered
}

/** Whether the work comes to a good end when nothing disturbs it. */
const isGood = ({ wants, taskIds }: World, taskId: number): boolean =>
  [...wants.values()].some(({ ref, nature }) => nature === 'good' && taskIds.get(ref) === taskId)
