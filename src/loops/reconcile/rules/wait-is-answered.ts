// A failed task is no answer to who waits for a done one: that is marked for a person (incidents 12 and 14).

import { rowRule } from '../row-rule.ts'

export const waitIsAnswered = rowRule(
  'wait-is-answered',
  'tasks',
  'who waits for a settled task is answered',
)
