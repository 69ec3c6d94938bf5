// Guards of the house, each taken out by one mutation, and the test that must notice. A guard that nothing notices missing
// is not guarded. A text that is gone from the source fails the run.

import type { Mutation } from './mutation.ts'
import { effectMutations } from './of-effects.ts'
import { gateMutations } from './of-gates.ts'
import { incidentMutations } from './of-incidents.ts'
import { invariantMutations } from './of-invariants.ts'
import { lawMutations } from './of-laws.ts'
import { machineMutations } from './of-machines.ts'
import { moneyMutations } from './of-money.ts'
import { outsideMutations } from './of-outside.ts'
import { roomMutations } from './of-rooms.ts'
import { pageMutations } from './of-pages.ts'
import { waitMutations } from './of-waits.ts'
import { storeMutations } from './of-store.ts'
import { townMutations } from './of-town.ts'
import { upkeepMutations } from './of-upkeep.ts'

const others: readonly Mutation[] = [
  ...storeMutations,
  ...roomMutations,
  ...gateMutations,
  ...effectMutations,
  ...outsideMutations,
  ...townMutations,
  ...waitMutations,
  ...lawMutations,
  ...moneyMutations,
  ...invariantMutations,
  ...machineMutations,
  ...upkeepMutations,
  ...pageMutations,
]

export const mutations: readonly Mutation[] = [...others, ...incidentMutations(others)]
