// A task that still waits is held again before anybody takes it.

import { rowRule } from '../row-rule.ts'

export const readyIsFree = rowRule('ready-is-free', 'tasks', 'a ready task has no live hold')
