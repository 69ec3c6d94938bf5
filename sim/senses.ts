// What a simulated machine feels like: busy by day and calm by night, unless its ailments keep it loud.

import type { HostSenses } from '../src/drivers/senses/contract.ts'
import type { Machine } from './machine.ts'
import type { World } from './world.ts'

const hourMs = 3_600_000

/** Loud from six to twenty-two, by the world's own time. */
export const simulatedSenses = (world: World, { ails }: Machine): HostSenses => ({
  async feel() {
    const hour = Math.floor(world.time.nowMs / hourMs) % 24
    const loud = ails.loud || (hour >= 6 && hour < 22)
    return { loadPerCore: loud ? 1.5 : 0.1, freeMemory: 0.6, idleMs: loud ? 0 : 2 * hourMs }
  },
})
