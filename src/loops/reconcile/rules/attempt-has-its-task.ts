// An attempt whose task is in other hands is asked to stop; its dispatcher sees it to its end.

import { rowRule } from '../row-rule.ts'

export const attemptHasItsTask = rowRule(
  'attempt-has-its-task',
  'attempts',
  'a running attempt holds its task, or the task is settled',
)
