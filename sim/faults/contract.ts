// What a fault is: a name, whom it hits and how often, what is drawn for one of it, and how it comes upon the world and
// leaves again. A room brings its faults in a file of its own and one row in all.ts; planning, shrinking, counting and the
// report know them by their names alone.

import type { Chance } from '../chance.ts'
import type { ConfigFile } from '../config.ts'
import type { DaemonKeeper } from '../daemons.ts'
import type { Machine } from '../machine.ts'
import type { World } from '../world.ts'

/** What a fault may touch. */
export interface Stage {
  readonly world: World
  readonly keeper: DaemonKeeper
  readonly config: ConfigFile
}

/** When one fault comes, and how long the world lets it last. */
export interface Moment {
  readonly atMs: number
  readonly forMs: number
  /** Slots of a host, as configured at first. */
  readonly hostSlots: number
}

/** One planned fault: plain data, so that a plan can be printed and shrunk. */
export interface Fault {
  readonly id: string
  readonly name: string
  readonly atMs: number
  readonly forMs: number
  /** The machine it hits; null when it hits all. */
  readonly host: number | null
  readonly drawn: Readonly<Record<string, unknown>>
}

/** Takes a fault away again, once its time is over. */
export type Heal = () => void

export interface FaultKind {
  readonly name: string
  readonly hits: 'host' | 'fleet'
  /** How many a day a heavy world has, for each machine where it hits one. A light world has a fifth of them. */
  readonly perDay: number
  /** How long one lasts as a rule; else some minutes. */
  readonly meanMs?: number
  /** Only where hosts are supervised. */
  readonly supervised?: true
  /** Only where sensors look. */
  readonly sensing?: true
  readonly draw: (chance: Chance, moment: Moment) => Readonly<Record<string, unknown>>
  readonly inflict: (stage: Stage, fault: Fault, machine: Machine | null) => Heal | null
}

/** A fault of one machine. `draw` and what is drawn may be left out. */
export function hostFault<D extends Readonly<Record<string, unknown>>>(
  name: string,
  perDay: number,
  inflict: (stage: Stage, machine: Machine, drawn: D) => Heal | null,
  draw: (chance: Chance, moment: Moment) => D = () => ({}) as D,
): FaultKind {
  return {
    name,
    hits: 'host',
    perDay,
    draw,
    inflict: (stage, fault, machine) =>
      machine === null ? null : inflict(stage, machine, fault.drawn as D),
  }
}

/** A fault that hits all. */
export function fleetFault<D extends Readonly<Record<string, unknown>>>(
  name: string,
  perDay: number,
  inflict: (stage: Stage, drawn: D) => Heal | null,
  draw: (chance: Chance, moment: Moment) => D = () => ({}) as D,
): FaultKind {
  return {
    name,
    hits: 'fleet',
    perDay,
    draw,
    inflict: (stage, fault) => inflict(stage, fault.drawn as D),
  }
}
