// One attempt that cannot be read would keep a dispatcher from all its others.

import { rowRule } from '../row-rule.ts'

export const readableAttempt = rowRule(
  'readable-attempt',
  'attempts',
  'what a running attempt knows of itself can be read',
)
