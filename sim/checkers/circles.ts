// Law: waiting makes no circle. Whoever is put to wait for a task is not waited for by it, however long the way round.

import { partOf } from '../part.ts'
import type { Checker } from './contract.ts'
import type { Journal } from './journal.ts'

/** Which tasks a task waits for, by the hold. */
const waitsIn = partOf<Journal, Map<number, Map<number, number>>>(() => new Map())

export const circles: Checker = {
  law: 'waiting makes no circle',
  invariants: [10],
  fact({ journal, accuse }, { taskId, body }) {
    if (taskId === null) return
    const waits = waitsIn(journal)
    if (body.kind === 'hold.released') waits.get(taskId)?.delete(body.holdId)
    if (body.kind === 'task.settled') waits.delete(taskId)
    if (body.kind !== 'task.held') return
    const { release } = body
    const other =
      release.kind === 'after'
        ? release.taskId
        : release.kind === 'review'
          ? release.reviewTask
          : null
    if (other === null) return
    const own = waits.get(taskId) ?? new Map<number, number>()
    waits.set(taskId, own.set(body.holdId, other))
    const way = wayBack(waits, other, taskId)
    if (way !== null) accuse(`task ${taskId} waits for itself: ${way.join(' waits for ')}`, taskId)
  },
}

/** The tasks from `from` to `to`, each waiting for the next; null when there is no way. */
function wayBack(
  waits: ReadonlyMap<number, ReadonlyMap<number, number>>,
  from: number,
  to: number,
  seen = new Set<number>(),
): readonly number[] | null {
  if (from === to) return [to]
  if (seen.has(from)) return null
  seen.add(from)
  for (const next of waits.get(from)?.values() ?? []) {
    const rest = wayBack(waits, next, to, seen)
    if (rest !== null) return [from, ...rest]
  }
  return null
}
