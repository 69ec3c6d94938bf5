// What `doctor` says of schedules: one line each, bad where a time has come and nobody fired it or it made no task.

import { localTime } from '../../../base/when.ts'
import { isOverdue } from '../../../model/schedule.ts'
import type { Fleet } from '../world.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

export async function* checkSchedules({ store, config, clock }: Fleet): AsyncGenerator<Finding> {
  const { schedules = [] } = config
  if (schedules.length === 0) return
  const states = await store.schedules()
  for (const { name } of schedules) {
    const about = `schedule ${name}`
    const state = states.find((one) => one.name === name)
    if (state === undefined)
      yield warn(about, 'no dispatcher has looked at it yet', 'start one: `midwatch up`')
    else if (isOverdue(state, clock.now()))
      yield bad(about, 'its time has come and nobody fires it', 'start a dispatcher: `midwatch up`')
    else if (state.refused !== null)
      yield bad(about, `its newest time made no task: ${state.refused}`, 'mend midwatch.yaml')
    else if (state.nextAt === null)
      yield warn(about, 'it never comes again', 'take it out of midwatch.yaml, or change its cron')
    else yield ok(about, `next ${localTime(state.nextAt)}`)
  }
}
