// The verbs of activity over an executor.

import type { ActivityVerbs } from './contract/activity.ts'
import type { Executor } from './script.ts'
import type { SpendVerbs } from './contract/spend.ts'
import { activity, holdsByKind } from './verbs/activity.ts'
import { dearTasks, spent } from './verbs/spend.ts'

export const activityVerbs = ({ read }: Executor): ActivityVerbs => ({
  activity: (input) => read(() => activity(input)),
  holdsByKind: () => read(holdsByKind),
})

export const spendVerbs = ({ read }: Executor): SpendVerbs => ({
  spent: (input) => read(() => spent(input)),
  dearTasks: (input) => read(() => dearTasks(input)),
})
