// Deeds at convoys: a few tasks that were wanted one after the other are to land together, and one is to go with the first
// convoy, which may be gone.

import { by, type Deed, taskDeed, tellOf } from './contract.ts'

export const convoyDeeds: readonly Deed[] = [
  taskDeed('convoy', async ({ world }, taskId, { ref, now }) => {
    const before = [1, 2, 3].map((back) =>
      world.taskIds.get(ref.replace(/\d+$/, (n) => String(Number(n) - back))),
    )
    const taskIds = [taskId, ...before.filter((id) => id !== undefined)]
    await world.store.createConvoy({ title: `with ${ref}`, taskIds, landing: null, by, now })
  }),
  taskDeed('join', async ({ world }, taskId, { now }) =>
    tellOf(world)(
      await world.store.changeConvoy({ convoyId: 1, add: [taskId], remove: [], by, now }),
    ),
  ),
]
