// What goes wrong, planned from the seed: each fault with its time, its place and its length, so that a run can leave out
// any of them and stay the same otherwise. Faults of machines hit one machine, faults of services all of them.

import type { Chance } from './chance.ts'
import type { Ailments } from './machine.ts'
import type { Services } from './world.ts'

/** `storm` has ten times the faults of `heavy`; only the swarm draws it. */
export const intensities = ['none', 'light', 'heavy', 'storm'] as const
export type Intensity = (typeof intensities)[number]

interface FaultBase {
  readonly id: string
  readonly atMs: number
}
export type Fault = FaultBase &
  (
    | { readonly kind: 'daemon_crash'; readonly host: number; readonly passages: number }
    | { readonly kind: 'host_crash'; readonly host: number; readonly forMs: number }
    | { readonly kind: 'host_suspend'; readonly host: number; readonly forMs: number }
    | { readonly kind: 'daemon_hang'; readonly host: number; readonly forMs: number }
    | { readonly kind: 'clock_step'; readonly host: number; readonly byMs: number }
    | { readonly kind: 'kill_program' | 'kill_wrapper' | 'pid_churn'; readonly host: number }
    | {
        readonly kind: 'ailment'
        readonly host: number
        readonly forMs: number
        readonly ails: Partial<Ailments>
      }
    | { readonly kind: 'service'; readonly forMs: number; readonly serves: Partial<Services> }
    | { readonly kind: 'config_broken'; readonly forMs: number }
    | { readonly kind: 'config_changed'; readonly hostSlots: number }
  )

/** Faults per machine and day, in a heavy world. A light one has a fifth of them. */
const ofMachines = {
  daemon_crash: 5,
  host_crash: 0.4,
  host_suspend: 0.4,
  daemon_hang: 0.6,
  clock_step: 0.15,
  kill_program: 0.5,
  kill_wrapper: 0.3,
  pid_churn: 1,
  diskFull: 0.3,
  noProcesses: 0.3,
  deafLauncher: 0.4,
  slowStart: 0.5,
  doubledStart: 0.6,
  storeLost: 0.7,
  storeBusy: 1.5,
  storeSlow: 1,
  networkDown: 0.5,
  folderGone: 0.2,
  programGone: 0.2,
  checksBroken: 0.3,
  deafWatch: 0.5,
  sessionsCutOff: 0.5,
} as const

/** Faults per day for all. */
const ofAll = {
  overloaded: 0.8,
  quota: 1,
  throttle: 0.6,
  creditGone: 0.2,
  tokenExpired: 0.3,
  modelGone: 0.15,
  flagsGone: 0.4,
  nameGone: 0.25,
  newWords: 0.15,
  toolsDenied: 0.15,
  sessionClash: 0.2,
  silent: 0.15,
  config_broken: 0.3,
  config_changed: 0.3,
} as const

export const faultNames = [...Object.keys(ofMachines), ...Object.keys(ofAll)]

export interface FaultShape {
  readonly intensity: Intensity
  readonly hosts: number
  readonly fromMs: number
  readonly untilMs: number
  readonly hostSlots: number
}

const dayMs = 24 * 3_600_000

/** Plans the faults of a world, oldest first. None lasts beyond `untilMs`. */
export function planFaults(chance: Chance, shape: FaultShape): Fault[] {
  if (shape.intensity === 'none') return []
  const share = { light: 0.2, heavy: 1, storm: 10 }[shape.intensity]
  const faults: Fault[] = []
  for (const [name, perDay] of Object.entries(ofMachines))
    for (let host = 0; host < shape.hosts; host++)
      for (const [i, atMs] of times(
        chance.split(`${name} ${host}`),
        perDay * share,
        shape,
      ).entries())
        faults.push(
          machineFault(
            name as keyof typeof ofMachines,
            host,
            atMs,
            `${name}-${host}-${i}`,
            chance,
            shape,
          ),
        )
  for (const [name, perDay] of Object.entries(ofAll))
    for (const [i, atMs] of times(chance.split(name), perDay * share, shape).entries())
      faults.push(fleetFault(name as keyof typeof ofAll, atMs, `${name}-${i}`, chance, shape))
  return faults.sort((a, b) => a.atMs - b.atMs)
}

function times(chance: Chance, perDay: number, { fromMs, untilMs }: FaultShape): number[] {
  const found: number[] = []
  for (
    let at = fromMs + chance.about(dayMs / perDay);
    at < untilMs;
    at += chance.about(dayMs / perDay)
  )
    found.push(Math.floor(at))
  return found
}

function machineFault(
  name: keyof typeof ofMachines,
  host: number,
  atMs: number,
  id: string,
  all: Chance,
  shape: FaultShape,
): Fault {
  const chance = all.split(id)
  const base = { id, atMs, host }
  const forMs = lasting(chance, atMs, shape)
  const ailing = (ails: Partial<Ailments>): Fault => ({ ...base, kind: 'ailment', forMs, ails })
  switch (name) {
    case 'daemon_crash':
      return { ...base, kind: name, passages: chance.whole(1, 60) }
    case 'host_crash':
    case 'host_suspend':
    case 'daemon_hang':
      return { ...base, kind: name, forMs }
    case 'clock_step':
      return { ...base, kind: name, byMs: Math.round((chance.next() - 0.5) * 4 * 3_600_000) }
    case 'kill_program':
    case 'kill_wrapper':
    case 'pid_churn':
      return { ...base, kind: name }
    case 'slowStart':
      return ailing({ slowStartMs: chance.whole(500, 60_000) })
    case 'storeBusy':
      return ailing({ storeBusy: 0.02 + chance.next() * 0.2 })
    case 'storeSlow':
      return ailing({ storeSlowMs: chance.whole(50, 20_000) })
    default:
      return ailing({ [name]: true })
  }
}

function fleetFault(
  name: keyof typeof ofAll,
  atMs: number,
  id: string,
  all: Chance,
  shape: FaultShape,
): Fault {
  const chance = all.split(id)
  const forMs = lasting(chance, atMs, shape)
  const base = { id, atMs }
  if (name === 'config_broken') return { ...base, kind: name, forMs }
  if (name === 'config_changed')
    return { ...base, kind: name, hostSlots: chance.whole(1, 2 * shape.hostSlots) }
  const limited = name === 'quota' || name === 'throttle'
  const serves = limited
    ? { quota: { resetAtMs: atMs + forMs, stated: name === 'quota' } }
    : { [name]: true }
  return { ...base, kind: 'service', forMs, serves }
}

/** Most faults last minutes, some hours; none outlives the time of faults. */
function lasting(chance: Chance, atMs: number, { untilMs }: FaultShape): number {
  const ms = chance.happens(0.05) ? chance.about(6 * 3_600_000) : chance.about(8 * 60_000)
  return Math.max(1_000, Math.min(Math.round(ms), untilMs - atMs))
}
