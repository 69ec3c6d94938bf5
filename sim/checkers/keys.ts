// Law: one key makes one task. While the task that has a key is not settled, a want with that key is answered with it.

import { partOf } from '../part.ts'
import { takenIn } from '../wanting.ts'
import type { Checker } from './contract.ts'
import type { Journal } from './journal.ts'

/** Which task was made with a key last. */
const holdersIn = partOf<Journal, Map<string, number>>(() => new Map())

export const keys: Checker = {
  law: 'one key makes one task',
  invariants: [12],
  fact({ world, journal, accuse }, { taskId, body }) {
    if (taskId === null) return
    const holders = holdersIn(journal)
    const isOver = (id: number) => journal.tasks.get(id)?.state === 'settled'
    if (body.kind === 'task.enqueued') {
      const key = takenIn(world).get(taskId)?.want.key?.key
      if (key === undefined) return
      const before = holders.get(key)
      if (before !== undefined && !isOver(before))
        accuse(
          `“${key}” made task ${taskId}, and task ${before} that has it is not settled`,
          taskId,
        )
      holders.set(key, taskId)
    }
    if (body.kind !== 'task.deduped' || body.scope !== 'open') return
    const holder = holders.get(body.key)
    if (holder === undefined) return
    world.truth.count('key met')
    if (holder !== taskId || isOver(holder))
      accuse(`“${body.key}” was answered with task ${taskId}, and task ${holder} has it`, taskId)
  },
}
