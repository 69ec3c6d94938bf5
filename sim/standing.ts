// Which hosts had nothing to keep them from their work between two looks: their daemon is the same one and lives, and nothing
// came between it and the store, or between it and its time.

import type { Machine } from './machine.ts'
import type { Process } from './processes.ts'
import { enteredIn } from './rivals.ts'
import type { World } from './world.ts'

/** How each host was at the last look; who is not there was not well. */
export type Standing = Map<Machine, { readonly daemon: Process; readonly troubles: number }>

/** The hosts that were well since the last look at `before`, which is brought up to now. */
export function wellSince(world: World, before: Standing): readonly Machine[] {
  const { last } = enteredIn(world)
  return world.machines.filter((machine) => {
    const { troubles, hangs, up, timeline } = machine
    const daemon = last.get(machine)
    const known = before.get(machine)
    before.delete(machine)
    if (daemon?.alive !== true || !up || hangs > 0 || timeline.suspended) return false
    before.set(machine, { daemon, troubles })
    return known?.daemon === daemon && known.troubles === troubles
  })
}
