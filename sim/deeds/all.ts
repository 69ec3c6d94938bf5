// Every deed. A room that brings some adds its row.

import type { Deed } from './contract.ts'
import { convoyDeeds } from './of-convoys.ts'
import { fleetDeeds } from './of-fleets.ts'
import { lockDeeds } from './of-locks.ts'
import { reviewDeeds } from './of-reviews.ts'
import { slipDeeds } from './of-slips.ts'
import { taskDeeds } from './of-tasks.ts'

export const deeds: readonly Deed[] = [
  ...taskDeeds,
  ...fleetDeeds,
  ...lockDeeds,
  ...convoyDeeds,
  ...reviewDeeds,
  ...slipDeeds,
]
