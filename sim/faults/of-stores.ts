// Faults between a daemon and its store: out of reach, busy, late; its pulses lost, its endings and settlements doubled.

import { ailment } from './of-machines.ts'
import type { FaultKind } from './contract.ts'

export const storeFaults: readonly FaultKind[] = [
  ailment('storeLost', 0.7, () => ({ storeLost: true })),
  ailment('storeBusy', 1.5, (chance) => ({ storeBusy: 0.02 + chance.next() * 0.2 })),
  ailment('storeSlow', 1, (chance) => ({ storeSlowMs: chance.whole(50, 20_000) })),
  ailment('pulsesLost', 0.4, () => ({ pulsesLost: true })),
  ailment('callsDoubled', 0.6, () => ({ callsDoubled: true })),
]
