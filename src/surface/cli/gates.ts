// Lanes and gates as the command line speaks of them: which lanes exist, and the table of their gates.

import { notFound } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import { isoTime, relativeTime } from '../../base/when.ts'
import { clientLanesOf } from '../../model/demand.ts'
import { fleetLane, type Gate, gateRelease } from '../../model/gate.ts'
import type { Call } from './call.ts'
import { paintGate } from './labels.ts'
import { humanTimes, oneLine } from './text.ts'
import type { Fleet } from './world.ts'

/** A lane that exists: the fleet, a host, an agent, a lane of its client, or one that has a gate. Throws `gate.unknown_lane`. */
export async function knownLane({ store, offers, host }: Fleet, lane: string): Promise<string> {
  const [gates, hosts] = await Promise.all([store.gates(), store.hosts()])
  const known = new Set([
    fleetLane,
    ...offers.map((offer) => `agent:${offer.agent}`),
    `host:${host.name}`,
    ...hosts.map((row) => `host:${row.name}`),
    ...offers.flatMap(clientLanesOf),
    ...gates.map((gate) => gate.lane),
  ])
  if (known.has(lane)) return lane
  throw notFound(
    'gate.unknown_lane',
    `there is no lane ${lane}${didYouMean(lane, known)}`,
    `one of ${[...known].join(', ')}`,
  )
}

/** One line per gate, then what makes each pass again, never cut: that is what people look for. */
export function tellGates({ print }: Call, gates: readonly Gate[], now: number): void {
  print.table(gates, [
    { head: 'LANE', text: (gate) => gate.lane },
    {
      head: 'STATE',
      text: (gate) => gate.state,
      paint: (text, gate) => paintGate(print.paint, gate.state, text),
    },
    {
      head: 'SINCE',
      text: (gate) => (gate.state === 'passing' ? '' : relativeTime(gate.since, now)),
    },
    { head: 'REASON', text: (gate) => (gate.state === 'passing' ? '' : gate.reason), gives: true },
  ])
  for (const gate of gates)
    if (gate.state !== 'passing' || gate.ramp !== undefined)
      print.line(`${gate.lane} → ${oneLine(humanTimes(gateRelease(gate, isoTime), now))}`)
}
