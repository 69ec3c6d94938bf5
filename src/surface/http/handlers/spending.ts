// What was consumed, and what may still be: as `midwatch spend` and `midwatch quota` tell it.

import { isoTime } from '../../../base/when.ts'
import { calendarOf } from '../../spending/periods.ts'
import { spendLines, spendWhole } from '../../spending/sums.ts'
import type { spendingRoutes } from '../contract/spending.ts'
import type { Handlers } from './call.ts'

export const spendingHandlers: Handlers<keyof typeof spendingRoutes> = {
  async quota({ house }) {
    const { periods, ...rest } = await calendarOf(
      house.store,
      house.current().config,
      house.clock.now(),
    )
    return { ...rest, periods: [...periods] }
  },
  async spendBy({ house, query }) {
    const now = house.clock.now()
    const since = now - query.hours * 3_600_000
    const lines = await spendLines(house.store, house.current().config, {
      by: query.by,
      since,
      now,
    })
    const { name: _, ...total } = await spendWhole(house.store, since, now)
    return { since: isoTime(since), by: query.by, total, lines: [...lines] }
  },
}
