// Holds of what is over are over: who counts the waiting counts them no more.

import { rowRule } from '../row-rule.ts'

export const settledWaitsForNothing = rowRule(
  'settled-waits-for-nothing',
  'tasks',
  'a settled task has no live hold',
)
