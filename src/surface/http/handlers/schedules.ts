// Schedules by the verbs of `midwatch schedule`.

import { isoTime } from '../../../base/when.ts'
import {
  findSchedule,
  firingShape,
  runSchedule,
  type ScheduleDeps,
  scheduleLine,
  scheduleLines,
  scheduleShape,
  timesAhead,
} from '../../schedules.ts'
import { pageOf } from '../../paging.ts'
import type { scheduleRoutes } from '../contract/schedules.ts'
import type { House } from '../house.ts'
import type { Handlers } from './call.ts'

export const scheduleHandlers: Handlers<keyof typeof scheduleRoutes> = {
  async listSchedules({ house }) {
    return { schedules: (await scheduleLines(depsOf(house))).map(scheduleShape) }
  },
  async showSchedule({ house, params, query: { before, limit } }) {
    const deps = depsOf(house)
    const config = findSchedule(deps, params.name)
    const now = house.clock.now()
    const calendar = await house.calendar()
    const line = scheduleLine(config, await house.store.schedules(), calendar, now)
    const { name } = config
    const from = before === undefined ? {} : { before: Date.parse(before) }
    const find = (limit: number) => house.store.scheduleFirings({ name, ...from, limit })
    const { rows, next } = await pageOf(limit, find, ({ dueAt }) => dueAt)
    return {
      schedule: {
        ...scheduleShape(line),
        times: timesAhead(config, calendar, now).map(isoTime),
      },
      firings: rows.map(firingShape),
      next: next === null ? null : isoTime(next),
    }
  },
  async runSchedule({ house, who, params }) {
    const { config, firing } = await runSchedule(depsOf(house), params.name, who.by)
    return { schedule: config.name, firing: firingShape(firing) }
  },
}

const depsOf = ({
  store,
  clock,
  dir,
  hostName,
  folder,
  current,
  calendar,
}: House): ScheduleDeps => ({
  ...{ store, clock, dir, calendar, ...current() },
  host: { name: hostName, folder },
})
