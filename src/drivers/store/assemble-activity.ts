// The verbs of activity over an executor.

import type { ActivityVerbs } from './contract/activity.ts'
import type { Executor } from './script.ts'
import { activity, holdsByKind } from './verbs/activity.ts'

export const activityVerbs = ({ read }: Executor): ActivityVerbs => ({
  activity: (input) => read(() => activity(input)),
  holdsByKind: () => read(holdsByKind),
})
