// Deeds at the fleet: gates pinned and reset, daemons stopped, history pruned.

import { partOf } from '../part.ts'
import type { World } from '../world.ts'
import { by, type Deed } from './contract.ts'

const hourMs = 3_600_000

/** What people pruned: how many tasks, and up to which date at the latest. */
export const prunedIn = partOf<World, { count: number; before: number }>(() => ({
  count: 0,
  before: Number.NEGATIVE_INFINITY,
}))

const laneOf = ({ name }: { readonly name: string }): string => `host:${name}`

export const fleetDeeds: readonly Deed[] = [
  {
    name: 'pin',
    act: ({ world }, { machine, now }) =>
      world.store.pin({ lane: laneOf(machine), by, reason: 'a look at it', until: null, now }),
  },
  {
    name: 'pin_for',
    act: ({ world }, { now }) =>
      world.store.pin({ lane: 'fleet', by, reason: 'lunch', until: now + 1_800_000, now }),
  },
  {
    name: 'reset',
    async act({ world }, { machine, now }) {
      await world.store.resetGate({ lane: laneOf(machine), by, reason: 'looked at', now })
    },
  },
  // At a bad moment: every lane that is out of order is let go, mended or not.
  {
    name: 'reset_all',
    async act({ world }, { now }) {
      for (const { lane, state } of await world.store.gates())
        if (state !== 'passing') await world.store.resetGate({ lane, by, reason: 'impatient', now })
    },
  },
  {
    name: 'stop',
    act: async ({ keeper }, { machine }) => keeper.stop(machine, 30_000),
  },
  {
    name: 'prune',
    async act({ world }, { now }) {
      const before = now - 30 * 24 * hourMs
      const { tasks } = await world.store.prune({ before, limit: 50, now })
      const pruned = prunedIn(world)
      pruned.count += tasks
      pruned.before = Math.max(pruned.before, before)
    },
  },
]
