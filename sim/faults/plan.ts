// What goes wrong, planned from the seed: each fault with its time, its place and its length, so that a run can leave out
// any of them and stay the same otherwise, and a new kind of fault moves none of the others.

import type { Chance } from '../chance.ts'
import { faultKinds } from './all.ts'
import type { Fault, FaultKind } from './contract.ts'

/** `storm` has ten times the faults of `heavy`; only the swarm draws it. */
export const intensities = ['none', 'light', 'heavy', 'storm'] as const
export type Intensity = (typeof intensities)[number]

export interface FaultShape {
  readonly intensity: Intensity
  readonly hosts: number
  readonly fromMs: number
  readonly untilMs: number
  readonly hostSlots: number
  readonly supervised: boolean
  readonly sensing: boolean
}

const dayMs = 24 * 3_600_000
const minutesMs = 8 * 60_000
const shares = { light: 0.2, heavy: 1, storm: 10 } as const

/** Plans the faults of a world, oldest first. None lasts beyond `untilMs`. */
export function planFaults(chance: Chance, shape: FaultShape): Fault[] {
  if (shape.intensity === 'none') return []
  const share = shares[shape.intensity]
  const kinds = faultKinds.filter(
    (kind) =>
      (shape.supervised || kind.supervised !== true) && (shape.sensing || kind.sensing !== true),
  )
  const faults = kinds.flatMap((kind) =>
    placesOf(kind, shape).flatMap((host) => {
      const name = host === null ? kind.name : `${kind.name}-${host}`
      const times = timesOf(chance.split(name), kind.perDay * share, shape)
      return times.map((atMs, i) => planOne(kind, host, atMs, `${name}-${i}`, chance, shape))
    }),
  )
  return faults.sort((a, b) => a.atMs - b.atMs)
}

const placesOf = ({ hits }: FaultKind, { hosts }: FaultShape): readonly (number | null)[] =>
  hits === 'fleet' ? [null] : Array.from({ length: hosts }, (_, host) => host)

function timesOf(chance: Chance, perDay: number, { fromMs, untilMs }: FaultShape): number[] {
  const found: number[] = []
  const meanMs = dayMs / perDay
  for (let at = fromMs + chance.about(meanMs); at < untilMs; at += chance.about(meanMs))
    found.push(Math.floor(at))
  return found
}

function planOne(
  kind: FaultKind,
  host: number | null,
  atMs: number,
  id: string,
  all: Chance,
  { untilMs, hostSlots }: FaultShape,
): Fault {
  const chance = all.split(id)
  const forMs = lasting(chance, untilMs - atMs, kind.meanMs ?? minutesMs)
  const drawn = kind.draw(chance, { atMs, forMs, hostSlots })
  return { id, name: kind.name, atMs, forMs, host, drawn }
}

/** Most faults last minutes, some hours; none outlives the time of faults. */
function lasting(chance: Chance, leftMs: number, meanMs: number): number {
  const ms = chance.happens(0.05) ? chance.about(6 * 3_600_000) : chance.about(meanMs)
  return Math.max(1_000, Math.min(Math.round(ms), leftMs))
}
