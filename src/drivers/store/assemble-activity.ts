// The verbs of activity over an executor.

import type { ActivityVerbs } from './contract/activity.ts'
import type { Executor } from './script.ts'
import type { SensorVerbs } from './contract/sensors.ts'
import type { QuotaVerbs } from './contract/quota.ts'
import type { SpendVerbs } from './contract/spend.ts'
import { activity, holdsByKind } from './verbs/activity.ts'
import { madeBy, noteSensor, sensors } from './verbs/sensors.ts'
import { quotas, seeQuota } from './verbs/quota.ts'
import { dearTasks, spendOf, spent } from './verbs/spend.ts'

export const activityVerbs = ({ read }: Executor): ActivityVerbs => ({
  activity({ since }) {
    return read(() => activity({ since }), `slow activity ${since}`)
  },
  holdsByKind: () => read(holdsByKind),
})

export const spendVerbs = ({ read }: Executor): SpendVerbs => ({
  spent: (input) => read(() => spent(input)),
  dearTasks: (input) => read(() => dearTasks(input)),
  spendOf: (input) => read(() => spendOf(input)),
})

export const quotaVerbs = ({ write, read }: Executor): QuotaVerbs => ({
  seeQuota: (input) => write(() => seeQuota(input)),
  quotas: () => read(quotas),
})

export const sensorVerbs = ({ write, read }: Executor): SensorVerbs => ({
  noteSensor: (input) => write(() => noteSensor(input), 'quiet'),
  sensors: () => read(sensors),
  madeBy: (input) => read(() => madeBy(input)),
})
