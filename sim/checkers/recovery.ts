// Law: every incident ends. Once everything is at rest none is left open, save one whose lane waits for a person, or whose
// person was told. A lane that waits for work to try it with has no incident any more; that of sessions which were lost on a host
// waits for the next one that starts there, and at rest there may be none.

import type { Attempt } from '../../src/model/attempt.ts'
import type { Gate } from '../../src/model/gate.ts'
import { type Incident, laneOfLosses } from '../../src/model/incident.ts'
import type { Checker } from './contract.ts'

export const recovery: Checker = {
  law: 'every incident is resolved',
  invariants: [],
  end({ accuse, journal }, { incidents, gates, attempts }) {
    const isAtRest = [...journal.tasks.values()].every(({ state }) => state === 'settled')
    if (!isAtRest) return
    const all = [...attempts.values()].flat()
    const late = incidents.filter((one) => one.resolvedAt === null && hadItsStart(one, gates, all))
    for (const { key, title } of [...unresolved(incidents, gates), ...late])
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
    ({ key, resolvedAt, toldAt, data }) =>
      resolvedAt === null &&
      laneOfLosses(key) === null &&
      !(data.lane !== null && pinned.has(data.lane)) &&
      !(data.needsPerson && toldAt !== null),
  )
}

/** Whether sessions were lost on a host that passes, and one was claimed and started there since. */
function hadItsStart(
  { key, lastAt }: Incident,
  gates: readonly Gate[],
  attempts: readonly Attempt[],
): boolean {
  const lane = laneOfLosses(key)
  if (lane === null) return false
  const gate = gates.find((one) => one.lane === lane)
  if (gate !== undefined && gate.state !== 'passing') return false
  return attempts.some(
    (one) => one.lanes.includes(lane) && one.claimedAt > lastAt && one.confirmedAt !== null,
  )
}
