// Random configurations: fleets of any size, limits of any soundness that startup accepts, faults of any density. What the
// usual configuration hides shows here.

import { chanceOf } from './chance.ts'
import type { Options } from './plan.ts'

/** The options of the swarm's run number `seed`. */
export function swarmOptions(seed: string): Options {
  const chance = chanceOf(`${seed}/swarm`)
  const hosts = chance.pick([1, 1, 2, 3, 5])
  const leaseMs = chance.pick([40_000, 60_000, 300_000, 900_000])
  return {
    seed,
    hosts,
    days: chance.pick([0.5, 1, 2]),
    agents: chance.whole(2, 10),
    tasks: chance.whole(10, 120),
    faults: chance.pick(['light', 'heavy', 'heavy', 'storm'] as const),
    meanWorkMs: chance.pick([20_000, 120_000, 600_000]),
    supervised: chanceOf(`${seed}/supervised`).happens(0.15),
    config: {
      hostSlots: chance.whole(1, 12),
      agentSlots: chance.whole(1, 4),
      attempts: chance.whole(1, 5),
      limits: {
        attemptMs: chance.pick([5, 20, 60]) * 60_000,
        leaseMs,
        leaseGraceMs: chance.pick([10_000, 30_000, 120_000]),
        pollMs: Math.floor(leaseMs / chance.pick([3, 4, 10])),
        confirmMs: chance.pick([10_000, 30_000]),
        stopGraceMs: chance.pick([5_000, 10_000]),
        checkMs: chance.pick([10_000, 120_000]),
      },
    },
  }
}

/** The same fleet for some hours, with few tasks: many more of them fit into a test's time. */
export const briefly = (options: Options): Options => ({
  ...options,
  days: 0.2,
  tasks: Math.min(25, options.tasks),
})

/** The same fleet for an hour, with few hosts and a handful of tasks: enough for most laws, and a hundred fit into the tests. */
export const atAGlance = (options: Options): Options => ({
  ...options,
  hosts: Math.min(3, options.hosts),
  days: 0.05,
  tasks: Math.min(8, options.tasks),
})
