// What was completed under the task's own key is settled as done.

import { rowRule } from '../row-rule.ts'

export const doneByItsKey = rowRule(
  'done-by-its-key',
  'tasks',
  'a task whose own key is a completed work key is settled',
)
