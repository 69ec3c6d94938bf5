// Deeds at convoys: a few tasks that were wanted one after the other are to land together, and one is to go with the first
// convoy, which may be gone, or with the newest, which may be landing.

import { landedTitle, landingOrder } from '../landing.ts'
import type { World } from '../world.ts'
import { by, type Deed, taskDeed, tellOf } from './contract.ts'

/** The task and those that were wanted just before it. */
const together = ({ taskIds }: World, taskId: number, ref: string): number[] => {
  const before = [1, 2, 3].map((back) =>
    taskIds.get(ref.replace(/\d+$/, (n) => String(Number(n) - back))),
  )
  return [taskId, ...before.filter((id) => id !== undefined)]
}

export const convoyDeeds: readonly Deed[] = [
  taskDeed('convoy', async ({ world }, taskId, { ref, now }) => {
    const taskIds = together(world, taskId, ref)
    await world.store.createConvoy({ title: `with ${ref}`, taskIds, landing: null, by, now })
  }),
  // With a task that lands it: held until all of them are done.
  taskDeed('land', async ({ world }, taskId, { ref, now }) => {
    const taskIds = together(world, taskId, ref)
    const landing = { ...landingOrder(ref), by, now }
    await world.store.createConvoy({ title: landedTitle(ref), taskIds, landing, by, now })
  }),
  taskDeed('join', async ({ world }, taskId, { now }) =>
    tellOf(world)(
      await world.store.changeConvoy({ convoyId: 1, add: [taskId], remove: [], by, now }),
    ),
  ),
  taskDeed('join_newest', async ({ world }, taskId, { now }) => {
    const [newest] = await world.store.convoys({ limit: 1 })
    if (newest === undefined) return
    const change = { convoyId: newest.id, add: [taskId], remove: [], by, now }
    tellOf(world)(await world.store.changeConvoy(change))
  }),
]
