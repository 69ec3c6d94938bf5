// What `check` holds look at in the simulated world: a moment that comes. A machine whose checks are broken cannot tell.

import type { Checker } from '../src/drivers/checks/contract.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

/** What a look truly found met, by its command. */
export const metIn = partOf<World, Set<string>>(() => new Set())

/** Looks at commands of the form `reached MS`: met once the world's time has come so far. */
export const simulatedChecker = (world: World, machine: Machine): Checker => ({
  async look(probe) {
    world.truth.count('look of a check')
    if (machine.ails.checksBroken) return { answer: 'broken', detail: 'sh: reached: not found' }
    const at = probe.look === 'command' ? Number(/^reached (\d+)$/.exec(probe.command)?.[1]) : 0
    if (world.time.nowMs < at) return { answer: 'not_yet', detail: 'exit 1' }
    if (probe.look === 'command') metIn(world).add(probe.command)
    return { answer: 'met', detail: 'exit 0' }
  },
})
