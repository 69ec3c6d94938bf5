// A task that nobody holds is given back, uncharged.

import { rowRule } from '../row-rule.ts'

export const takenByItsAttempt = rowRule(
  'taken-by-its-attempt',
  'tasks',
  'a taken task is taken by an attempt of its own',
)
