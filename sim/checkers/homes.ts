// Law: every host gets its dispatcher back. A machine that is up, awake and in reach of its store is without one for no longer
// than starts in vain take, and than somebody leaves it stopped.

import type { Machine } from '../machine.ts'
import { partOf } from '../part.ts'
import { enteredIn } from '../rivals.ts'
import type { World } from '../world.ts'
import type { Checker } from './contract.ts'

const boundMs = 30 * 60_000

/** Since when machines that could have one were seen without a dispatcher. */
const withoutIn = partOf<World, Map<Machine, number>>(() => new Map())

export const homes: Checker = {
  law: 'every host gets its dispatcher back',
  invariants: [],
  look({ world, accuse }) {
    const without = withoutIn(world)
    const entered = enteredIn(world).last
    for (const machine of world.machines) {
      const isHome = entered.get(machine)?.alive === true
      if (isHome || !couldHaveOne(machine)) without.delete(machine)
      else {
        const sinceMs = without.get(machine) ?? world.time.nowMs
        without.set(machine, sinceMs)
        const forMs = world.time.nowMs - sinceMs
        world.truth.count('dispatcher away')
        if (forMs > boundMs)
          accuse(`${machine.name} has had no dispatcher for ${Math.round(forMs / 60_000)} min`)
      }
    }
  },
}

const couldHaveOne = ({ up, timeline, ails }: Machine): boolean =>
  up && !timeline.suspended && !ails.storeLost
