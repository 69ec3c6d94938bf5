// Which daemons have begun on which machine, and somebody who starts another one beside it: by hand, or from a second unit.

import type { Machine } from './machine.ts'
import type { Process } from './processes.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

export interface Entered {
  /** The daemon that began last on each machine, until it has left. */
  readonly last: Map<Machine, Process>
  /** Those that began beside one that lives, as far as nobody has judged it. */
  doubled: { readonly host: string; readonly pid: number; readonly beside: number }[]
}

export const enteredIn = partOf<World, Entered>(() => ({ last: new Map(), doubled: [] }))

/** A daemon was let in. */
export function hasEntered(world: World, machine: Machine, process: Process): void {
  const { last, doubled } = enteredIn(world)
  const before = last.get(machine)
  last.set(machine, process)
  if (before === undefined || before === process || !before.alive) return
  doubled.push({ host: machine.name, pid: process.pid, beside: before.pid })
}

/** It said that it goes. */
export function hasLeft(world: World, machine: Machine, process: Process): void {
  const { last } = enteredIn(world)
  if (last.get(machine) === process) last.delete(machine)
}
