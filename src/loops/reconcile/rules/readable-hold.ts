// A hold whose release nobody can read asks a person instead: nothing else would ever end it.

import { rowRule } from '../row-rule.ts'

export const readableHold = rowRule(
  'readable-hold',
  'tasks',
  'the release of a live hold can be read',
)
