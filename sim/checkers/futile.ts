// Law: nothing is tried again and again in vain. However bad the world, no task and no lane has the same thing happen to it
// more often than this between two looks.

import { partOf } from '../part.ts'
import type { Checker } from './contract.ts'
import { count, type Journal } from './journal.ts'

/** What a subject may have of one kind within ten minutes. The busiest sound ones have a dozen. */
const mostPerLook = 40

const seenIn = partOf<Journal, Map<string, number>>(() => new Map())

export const futile: Checker = {
  law: 'no futile loop',
  invariants: [23],
  fact({ journal }, { taskId, body }) {
    const subject = taskId !== null ? `task ${taskId}` : subjectOf(body)
    if (subject !== null) count(seenIn(journal), `${body.kind} of ${subject}`)
  },
  look({ journal, accuse }) {
    const seen = seenIn(journal)
    for (const [what, n] of seen)
      if (n > mostPerLook) {
        const taskId = /of task (\d+)$/.exec(what)?.[1]
        accuse(
          `${what} came ${n} times in ten minutes`,
          taskId === undefined ? null : Number(taskId),
        )
      }
    seen.clear()
  },
}

const subjectOf = (body: object): string | null =>
  'lane' in body ? String(body.lane) : 'key' in body ? String(body.key) : null
