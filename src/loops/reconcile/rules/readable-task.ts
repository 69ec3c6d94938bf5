// An order nobody can read is put aside for a person: every claim that came across it would fail, and the tasks behind it wait.

import { rowRule } from '../row-rule.ts'

export const readableTask = rowRule(
  'readable-task',
  'tasks',
  'the order of a waiting task can be read',
)
