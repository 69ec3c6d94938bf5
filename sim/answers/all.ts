// What a person who comes by does about everything that waits for one: one function per kind of waiting, each answers how
// much there was. A room whose things wait for people adds its row.

import type { PeopleDeps } from '../deeds/contract.ts'
import { answerBudgets } from './budgets.ts'
import { answerHolds } from './holds.ts'
import { answerIncidents } from './incidents.ts'
import { answerPins } from './pins.ts'
import { seeToWorktrees } from './worktrees.ts'

export type Answer = (deps: PeopleDeps, now: number) => Promise<number>

export const answers: readonly Answer[] = [
  answerPins,
  answerBudgets,
  answerHolds,
  answerIncidents,
  seeToWorktrees,
]
