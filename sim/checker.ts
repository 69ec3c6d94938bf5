// What `check` holds look at in the simulated world: a moment that comes. A machine whose checks are broken cannot tell.

import type { Checker } from '../src/drivers/checks/contract.ts'
import type { Machine } from './machine.ts'
import type { World } from './world.ts'

/** Looks at commands of the form `reached MS`: met once the world's time has come so far. */
export const simulatedChecker = (world: World, machine: Machine): Checker => ({
  async look(probe) {
    world.truth.count('look of a check')
    if (machine.ails.checksBroken) return { answer: 'broken', detail: 'sh: reached: not found' }
    const at = probe.look === 'command' ? Number(/^reached (\d+)$/.exec(probe.command)?.[1]) : 0
    return world.time.nowMs >= at
      ? { answer: 'met', detail: 'exit 0' }
      : { answer: 'not_yet', detail: 'exit 1' }
  },
})
