// Law: every incident ends. Once everything is at rest none is left open, save one whose lane waits for a person, or whose
// person was told. A lane that waits for work to try it with has no incident any more.

import type { Gate } from '../../src/model/gate.ts'
import type { Incident } from '../../src/model/incident.ts'
import type { Checker } from './contract.ts'

export const recovery: Checker = {
  law: 'every incident is resolved',
  invariants: [],
  end({ accuse, journal }, { incidents, gates }) {
    const isAtRest = [...journal.tasks.values()].every(({ state }) => state === 'settled')
    if (!isAtRest) return
    for (const { key, title } of unresolved(incidents, gates))
      accuse(`incident ${key} is still open: ${title}`)
  },
}

/** The incidents that are open though nobody has been asked to end them. */
export function unresolved(
  incidents: readonly Incident[],
  gates: readonly Gate[],
): readonly Incident[] {
  const pinned = new Set(gates.flatMap(({ state, lane }) => (state === 'pinned' ? [lane] : [])))
  return incidents.filter(
    ({ resolvedAt, toldAt, data }) =>
      resolvedAt === null &&
      !(data.lane !== null && pinned.has(data.lane)) &&
      !(data.needsPerson && toldAt !== null),
  )
}
