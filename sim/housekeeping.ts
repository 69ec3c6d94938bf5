// What a simulated machine keeps house with: copies of the database, eyes of sensors, and room on its disk. Each of them fails
// while the machine's part says so, and does what a real one does otherwise.

import { failed } from '../src/base/errors.ts'
import type { HouseOptions } from '../src/house.ts'
import { type ConfigShape, keepsHouse } from './config.ts'
import { simulatedEyes } from './eyes.ts'
import type { Machine } from './machine.ts'
import { type Life, mortal } from './mortal.ts'
import { partOf } from './part.ts'
import { simulatedTrimmer } from './printing.ts'
import type { World } from './world.ts'

export interface Household {
  /** When copies were made. */
  readonly copies: number[]
  /** What each look of a sensor says; nothing new where it is empty. */
  seen: string
  /** How often sensors looked. */
  looks: number
  /** Bytes that the database could give back. */
  spareBytes: number
  copiesFail: boolean
  eyesFail: boolean
  trimmingFails: boolean
  /** Others write without end, so that nothing can be given back. */
  compactingFails: boolean
}

export const householdOf = partOf<Machine, Household>(() => ({
  copies: [],
  seen: '',
  looks: 0,
  spareBytes: 0,
  copiesFail: false,
  eyesFail: false,
  trimmingFails: false,
  compactingFails: false,
}))

/** Who keeps a budget or has sensors keeps house; what sessions print is bounded where they print without end. */
export function houseOf(
  world: World,
  machine: Machine,
  { life, prints = false }: { readonly life?: Life; readonly prints?: boolean } = {},
): HouseOptions {
  const { trimmer: _fails, ...house } = simulatedHouse(world, machine)
  const its = <T extends object>(part: T): T => (life === undefined ? part : mortal(part, life))
  return {
    ...house,
    eyes: its(simulatedEyes(world, machine)),
    ...(prints && { trimmer: its(simulatedTrimmer(world, machine)) }),
  }
}

/** What a daemon of a planned world keeps house with; nothing where nothing is to be kept. */
export const houseFor = (
  shape: ConfigShape,
  world: World,
  machine: Machine,
  life: Life,
): { readonly house?: HouseOptions } =>
  keepsHouse(shape)
    ? { house: houseOf(world, machine, { life, prints: shape.outputBytes != null }) }
    : {}

const stepBytes = 1_048_576

export function simulatedHouse(world: World, machine: Machine): Required<HouseOptions> {
  const its = householdOf(machine)
  return {
    backups: {
      async make(name) {
        if (its.copiesFail) throw failed('backup.failed', 'the disk is gone', 'mount it')
        its.copies.push(machine.timeline.now())
        return { path: name, bytes: 1 }
      },
      newestAt: () => its.copies.at(-1) ?? null,
    },
    dropOutputs: async () => {},
    eyes: {
      async look() {
        its.looks += 1
        world.truth.count('look of a sensor')
        return its.eyesFail ? { looked: false, why: 'exit 3' } : { looked: true, text: its.seen }
      },
    },
    compactor: {
      step() {
        const freed = its.compactingFails ? 0 : Math.min(stepBytes, its.spareBytes)
        its.spareBytes -= freed
        return { freed, left: its.spareBytes }
      },
    },
    trimmer: {
      async trim() {
        if (its.trimmingFails) throw failed('outputs.untrimmed', 'it cannot be cut', 'look at it')
        return 0
      },
    },
  }
}
