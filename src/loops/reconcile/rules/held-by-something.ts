// A held task without a hold would wait for ever; it is ready.

import { rowRule } from '../row-rule.ts'

export const heldBySomething = rowRule('held-by-something', 'tasks', 'a held task has a live hold')
