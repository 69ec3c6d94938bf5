// Faults between a daemon and its store: out of reach, busy, late; its pulses and endings lost, its calls doubled, its clock
// stepping.

import { stepServer } from '../server.ts'
import { type FaultKind, fleetFault } from './contract.ts'
import { ailment } from './of-machines.ts'

const anHourMs = 3_600_000

export const storeFaults: readonly FaultKind[] = [
  ailment('storeLost', 0.7, () => ({ storeLost: true })),
  ailment('storeBusy', 1.5, (chance) => ({ storeBusy: 0.02 + chance.next() * 0.2 })),
  ailment('storeSlow', 1, (chance) => ({ storeSlowMs: chance.whole(50, 20_000) })),
  ailment('pulsesLost', 0.4, () => ({ pulsesLost: true })),
  ailment('endingsLost', 0.4, (chance) => ({
    endingsLost: chance.happens(0.5) ? 'undone' : 'done',
  })),
  // The clock by which all hosts date: each learns of it by its own looks.
  fleetFault(
    'serverClock',
    0.2,
    ({ world }, { byMs }: { byMs: number }) => {
      stepServer(world, byMs)
      return null
    },
    (chance) => ({ byMs: Math.round((chance.next() - 0.5) * 2 * anHourMs) }),
  ),
  ailment('callsDoubled', 0.6, () => ({ callsDoubled: true })),
]
