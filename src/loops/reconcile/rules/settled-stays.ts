// What was requeued before there were guards is settled again as it was (S4).

import { rowRule } from '../row-rule.ts'

export const settledStays = rowRule('settled-stays', 'tasks', 'a task that was settled is settled')
