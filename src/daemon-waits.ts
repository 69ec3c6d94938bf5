// The loops of one host that serve what waits: holds that are looked at, calm windows, and schedules.

import { type Fleet, offersOf } from './fleet.ts'
import type { Service } from './base/service.ts'
import { watchCalm } from './loops/calm/watch.ts'
import type { DispatchDeps } from './loops/dispatch/deps.ts'
import { type SchedulesDeps, startSchedules } from './loops/schedules/loop.ts'
import type { FleetConfig } from './model/config.ts'
import type { IntakeDeps } from './lifecycle/intake/enqueue.ts'
import { scheduledTask } from './lifecycle/intake/scheduled.ts'
import { startHolds } from './loops/holds/loop.ts'

/** Starts them over what the dispatch loop is handed. */
export async function startWaits(fleet: Fleet, deps: DispatchDeps): Promise<readonly Service[]> {
  const policies = () => deps.inForce().config.windows ?? []
  const limits = () => deps.inForce().config.limits
  return [
    startHolds({ ...deps, checker: await fleet.checker() }),
    watchCalm({ ...deps, senses: await fleet.senses(), policies, limits }),
    startSchedules(await schedulesDeps(fleet, deps)),
  ]
}

const noSchedules: NonNullable<FleetConfig['schedules']> = []

async function schedulesDeps(fleet: Fleet, deps: DispatchDeps): Promise<SchedulesDeps> {
  const { store, clock, host, adapters, dir } = fleet
  const intake = (): IntakeDeps => {
    const { config } = deps.inForce()
    // Whoever fires, any host of the fleet may take the task.
    return { store, clock, config, offers: offersOf(adapters, config), folder: host.folder }
  }
  return {
    ...deps,
    host: host.name,
    calendar: await fleet.calendar(),
    schedules: () => deps.inForce().config.schedules ?? noSchedules,
    limits: () => deps.inForce().config.limits,
    want: (schedule) => scheduledTask(intake(), schedule, dir),
  }
}
