// All work of a simulated world by its reference: what people want, what comes again and again, what lands, what sensors see, and
// whatever sessions at any of it add.

import type { FleetConfig } from '../src/model/config.ts'
import { addedWork } from './adding.ts'
import { landingWork } from './landing.ts'
import type { Plan } from './plan.ts'
import type { PlannedTask } from './planned.ts'
import { scheduled, workOf } from './scheduled.ts'
import { sensedWork } from './sensing.ts'

export function allWork(
  { tasks, config }: Pick<Plan, 'tasks' | 'config'>,
  { schedules = [] }: FleetConfig,
): ReadonlyMap<string, PlannedTask> {
  const first = [
    ...tasks,
    ...workOf([...scheduled, ...schedules]),
    landingWork,
    ...(config.sensing === true ? sensedWork : []),
  ]
  const all = first.flatMap((task) => [task, ...addedWork([task])])
  return new Map(all.map((task) => [task.ref, task]))
}
