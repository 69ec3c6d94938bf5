// Whether an attempt that ended for its account's or its model's sake can be made at once on another route of its agent.
// Such an ending charges nobody and waits for nothing: the lane that failed is out of order, and the next one passes.

import type { Attempt } from '../../model/attempt.ts'
import { laneKind } from '../../model/lane-rules.ts'
import type { DispatchDeps } from './deps.ts'
import { inTheWay } from './tick.ts'

type FailoverDeps = Pick<DispatchDeps, 'store' | 'clock' | 'host' | 'inForce'>

/** Asked once the gates know of the ending. */
export async function goesElsewhere(
  { store, clock, host, inForce }: FailoverDeps,
  attempt: Attempt,
): Promise<boolean> {
  const offer = inForce().offers.find((one) => one.agent === attempt.agent)
  if (offer?.routes === undefined) return false
  const [gates, choices] = await Promise.all([store.gates(), store.choices({ now: clock.now() })])
  const stopped = gates.some(
    (gate) =>
      gate.state !== 'passing' &&
      attempt.lanes.includes(gate.lane) &&
      ['account', 'model'].includes(laneKind(gate.lane) ?? ''),
  )
  return stopped && inTheWay({ host: host.name, gates, choices }, offer).length === 0
}
