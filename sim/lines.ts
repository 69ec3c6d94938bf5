// Where the tasks of a simulated world truly come from, as the facts tell who made them and only the world knows what at: which
// session wanted them in the work at which task, and in whose work a sensor saw what it brought.

import type { Fact } from '../src/model/fact.ts'
import type { Provenance } from '../src/model/provenance.ts'
import type { Journal } from './checkers/journal.ts'
import { by as person } from './deeds/contract.ts'
import { sightIn } from './eyes.ts'
import { partOf } from './part.ts'
import { takenIn } from './wanting.ts'
import type { World } from './world.ts'

export type Line = Pick<Provenance, 'parent' | 'root' | 'depth' | 'sensed'>

const linesIn = partOf<Journal, Map<number, Line>>(() => new Map())

/** The line of a task; of one that a person wanted it begins there. */
export const lineIn = (journal: Journal, taskId: number): Line =>
  linesIn(journal).get(taskId) ?? { parent: null, root: taskId, depth: 0, sensed: 0 }

/** The same, null where a person wanted it. */
export const madeLineIn = (journal: Journal, taskId: number): Line | null =>
  linesIn(journal).get(taskId) ?? null

/** The line of what is made in the work at a task. */
export function lineBelow(journal: Journal, parent: number): Line {
  const above = lineIn(journal, parent)
  return { parent, root: above.root, depth: above.depth + 1, sensed: above.sensed }
}

/** Takes in what one fact tells of where a task comes from, before the journal does. */
export function foldLine(world: World, journal: Journal, { taskId, body }: Fact): void {
  if (taskId === null) return
  const lines = linesIn(journal)
  if (body.kind === 'review.offered') lines.set(body.reviewTask, lineBelow(journal, taskId))
  if (body.kind !== 'task.enqueued') return
  const [, maker, name = ''] = /^(attempt|sensor) (.+)$/.exec(body.by) ?? []
  const seenAt =
    maker === 'sensor' ? (sightIn(world).asked.get(name)?.get(body.title)?.fromTask ?? null) : null
  const parent = maker === 'attempt' ? journal.attempts.get(Number(name))?.taskId : seenAt
  const sensed = Number(maker === 'sensor')
  if (parent != null) {
    const line = lineBelow(journal, parent)
    lines.set(taskId, { ...line, sensed: line.sensed + sensed })
  } else if (takenIn(world).get(taskId)?.want.by !== person)
    lines.set(taskId, { parent: null, root: taskId, depth: 1, sensed })
}
