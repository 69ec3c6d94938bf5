// What people do in a scenario: they settle work by hand, and want it again.

import { present } from '../../../src/base/assert.ts'
import { asPerson } from '../../../sim/people.ts'
import { addTask } from '../../../sim/wanting.ts'
import type { Step } from './language.ts'

/** A person settles the work. */
export const personSays =
  (outcome: 'done' | 'failed' | 'cancelled', ref: string): Step =>
  async (town) => {
    const { store, time, poke } = town.world
    const now = Math.floor(time.nowMs)
    const how = { outcome, by: 'ann', reason: `${outcome} by hand`, now }
    await store.settleByHand({ taskId: town.taskId(ref), ...how })
    poke()
  }

/** A person adds the same want once more. */
export const addedAgain =
  (ref: string): Step =>
  async (town) => {
    const planned = present(town.world.wants.get(ref), `${ref} is wanted`)
    await asPerson(() => addTask(town.setting, planned))
  }
