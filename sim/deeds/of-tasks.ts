// Deeds at tasks: settled by hand, wanted again, edited, held, entangled, released.

import type { Outcome } from '../../src/model/task.ts'
import { addTask } from '../wanting.ts'
import type { Release } from '../../src/model/hold.ts'
import { by, type Deed, type PeopleDeps, refusedOf, taskDeed, tellOf } from './contract.ts'

const settling = (name: string, outcome: Outcome): Deed =>
  taskDeed(name, async ({ world }, taskId, { now }) => {
    const settled = { taskId, by, reason: `${by} decided`, now, outcome }
    tellOf(world)(await world.store.settleByHand(settled))
  })

export const taskDeeds: readonly Deed[] = [
  settling('cancel', 'cancelled'),
  settling('done', 'done'),
  settling('fail', 'failed'),
  taskDeed('again', async (deps, taskId, { ref }) => {
    const task = await deps.world.store.task(taskId)
    const planned = deps.world.wants.get(ref)
    if (task?.state === 'settled' && planned !== undefined)
      await addTask(deps, { ...planned, after: null, notBeforeMs: null }, taskId)
  }),
  taskDeed('edit', async ({ world }, taskId, { now }) =>
    tellOf(world)(await world.store.edit({ taskId, priority: 5, by, now })),
  ),
  // Until full moon first, for which nobody looks.
  taskDeed('hold', async ({ world }, taskId, { now }) => {
    const moon = { kind: 'moon', phase: 'full' } as unknown as Release
    await world.store.hold({ taskId, release: moon, now }).then(tellOf(world), refusedOf(world))
    const release = { kind: 'time' as const, until: now + 600_000, why: 'not_before' as const }
    tellOf(world)(await world.store.hold({ taskId, release, now }))
  }),
  taskDeed('wait', (deps, taskId, { ref, now }) => waitAround(deps, ref, taskId, now)),
  // A number from an old page: the hold is long released, or never was.
  taskDeed('release', async ({ world }, taskId, { now }) =>
    tellOf(world)(await world.store.release({ holdId: 1_000_000 + taskId, by, now })),
  ),
]

/** Lets a task wait for one that waits for it, where there is a pair, else for the one before it. */
async function waitAround({ world }: PeopleDeps, ref: string, taskId: number, now: number) {
  const { store, taskIds } = world
  const put = async (id: number, other: number) => {
    const release = { kind: 'after' as const, taskId: other, any: true, needsPerson: false }
    tellOf(world)(await store.hold({ taskId: id, release, now }))
  }
  const { tasks: held } = await store.tasks({ states: ['held'], limit: 50 })
  for (const { id: waiting } of held)
    for (const { release } of await store.holdsOf(waiting, true)) {
      const blocker = release.kind === 'after' ? await store.task(release.taskId) : null
      if (blocker?.state === 'ready' || blocker?.state === 'held')
        return await put(blocker.id, waiting)
    }
  const before = taskIds.get(ref.replace(/\d+$/, (n) => String(Number(n) - 1)))
  if (before !== undefined) await put(taskId, before)
}
