// Schedules over a real store: every due time fires once, through restarts, several hosts, clocks that step and
// configurations that change; what was missed is told, and made good as the schedule says.

import { beforeEach, expect, test } from 'vitest'

import { failed } from '../../../src/base/errors.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { createCalendar } from '../../../src/drivers/calendar/croner.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { scheduledTask } from '../../../src/lifecycle/intake/scheduled.ts'
import { fireDue, type SchedulesDeps } from '../../../src/loops/schedules/loop.ts'
import { defaultLimits } from '../../../src/model/limits.ts'
import type { FactBody } from '../../../src/model/fact.ts'
import type { FleetConfig } from '../../../src/model/config.ts'
import type { Firing } from '../../../src/model/mechanism.ts'
import { jitterOf, type ScheduleConfig } from '../../../src/model/schedule.ts'

const minute = 60_000
const hour = 60 * minute
const noon = Date.parse('2026-11-20T12:00Z')
let nowMs = noon
let store: Store
let schedule: ScheduleConfig
let told: Firing[]
let isBroken = false
const clock = { now: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }

const hourly: ScheduleConfig = {
  name: 'hourly',
  cron: '0 * * * *',
  timezone: 'UTC',
  catchUp: 'latest',
  jitterMs: 0,
  scope: 'each',
  order: {
    ...{ title: 'Tidy up', run: 'true', prompt: null, agent: null, tier: null, role: null },
    ...{ labels: ['house'], priority: 0, calm: null, locks: [], hosts: [], cwd: null },
    ...{ verify: null, timeoutMs: null, attempts: null, review: false, workspace: null },
  },
}
const config = { attempts: 3, tiers: ['standard'] } as unknown as FleetConfig

beforeEach(() => {
  nowMs = noon
  told = []
  isBroken = false
  schedule = hourly
  store = openSqlite({ path: ':memory:', clock, random: systemRandom })
})

const deps = (host = 'h1'): SchedulesDeps => ({
  ...{ store, clock, host, calendar: createCalendar('UTC') },
  schedules: () => [schedule],
  limits: () => defaultLimits,
  want: (one) => {
    if (isBroken) throw failed('intake.cwd_missing', 'there is no folder', 'make it')
    const offers: [] = []
    const folder = async () => 'ok' as const
    return scheduledTask({ store, clock, config, offers, folder }, one, '/fleet')
  },
  fired: (firing) => void told.push(firing),
  onError: () => {},
})
const lookAt = async (at: number, host?: string) => {
  nowMs = at
  return await fireDue(deps(host))
}
const facts = async <K extends FactBody['kind']>(kind: K) =>
  (await store.facts({ kinds: [kind], limit: 999 })).map(
    ({ body }) => body as Extract<FactBody, { kind: K }>,
  )
const firedAt = async () => (await facts('schedule.fired')).map(({ dueAt }) => dueAt)
const tasks = async () => (await store.tasks({ limit: 999 })).tasks

test('each due time makes one task, however often and by whomever it is looked at', async () => {
  expect(await lookAt(noon)).toBe(noon + hour)
  await lookAt(noon + hour - 1)
  expect(await tasks()).toEqual([])
  for (const host of ['h1', 'h2', 'h1']) await lookAt(noon + hour, host)
  expect(await lookAt(noon + hour + 1)).toBe(noon + 2 * hour)
  const [task, ...more] = await tasks()
  expect(more).toEqual([])
  expect(task).toMatchObject({ title: 'Tidy up', createdBy: 'schedule hourly' })
  expect(told.filter(({ moved }) => moved > 0)).toHaveLength(1)
})

const away = async (catchUp: ScheduleConfig['catchUp']) => {
  schedule = { ...hourly, catchUp }
  await lookAt(noon)
  await lookAt(noon + 5 * hour + 20 * minute)
  return {
    fired: (await firedAt()).map((at) => (at - noon) / hour),
    missed: (await facts('schedule.missed')).map(({ from, to, count }) => [
      (from - noon) / hour,
      (to - noon) / hour,
      count,
    ]),
  }
}

test('what was missed: its latest time is made good', async () => {
  expect(await away('latest')).toEqual({ fired: [5], missed: [[1, 4, 4]] })
})

test('what was missed: all of it is made good, the oldest first', async () => {
  expect(await away('all')).toEqual({ fired: [1, 2, 3, 4, 5], missed: [] })
})

test('what was missed: none of it is made good, and what is on time fires', async () => {
  expect(await away('skip')).toEqual({ fired: [], missed: [[1, 5, 5]] })
  await lookAt(noon + 6 * hour + minute)
  expect(await firedAt()).toEqual([noon + 6 * hour])
})

test('a year of missed minutes is no flood, and costs no long time', async () => {
  schedule = { ...hourly, cron: '* * * * *', catchUp: 'all' }
  await lookAt(noon)
  await lookAt(noon + 365 * 24 * hour)
  expect(await firedAt()).toHaveLength(100)
  expect((await facts('schedule.missed'))[0]?.count).toBeGreaterThanOrEqual(400)
})

test('a clock that leaps ahead and back owes nothing and fires nothing twice', async () => {
  await lookAt(noon)
  await lookAt(noon + hour)
  await lookAt(noon + 40 * 24 * hour)
  const leapt = await tasks()
  expect(leapt).toHaveLength(2)
  for (const after of [2, 3, 4]) await lookAt(noon + after * hour + minute)
  expect(await facts('schedule.rewound')).toHaveLength(1)
  expect((await firedAt()).map((at) => (at - noon) / hour)).toEqual([1, 40 * 24, 3, 4])
})

test('a clock that steps back an hour fires no due time a second time', async () => {
  await lookAt(noon)
  await lookAt(noon + hour)
  await lookAt(noon + 10 * minute)
  await lookAt(noon + hour + minute)
  expect(await firedAt()).toEqual([noon + hour])
  await lookAt(noon + 2 * hour)
  expect(await firedAt()).toEqual([noon + hour, noon + 2 * hour])
})

test('another pattern is in force from then on; the old one is owed nothing', async () => {
  await lookAt(noon)
  schedule = { ...hourly, cron: '30 * * * *' }
  await lookAt(noon + hour + 10 * minute)
  expect(await firedAt()).toEqual([])
  await lookAt(noon + hour + 30 * minute)
  expect(await firedAt()).toEqual([noon + hour + 30 * minute])
})

test('jitter puts off by the same part on every host, and no due time is lost to it', async () => {
  schedule = { ...hourly, jitterMs: 30 * minute }
  const due = noon + hour
  const put = jitterOf(schedule, due)
  expect(put).toBeGreaterThan(0)
  expect(put).toBeLessThan(30 * minute)
  await lookAt(noon)
  expect(await lookAt(due + put - 1)).toBe(due + put)
  expect(await firedAt()).toEqual([])
  await lookAt(due + put)
  expect(await firedAt()).toEqual([due])
  const spread = Array.from({ length: 24 }, (_, i) => jitterOf(schedule, noon + i * hour))
  expect(Math.max(...spread) - Math.min(...spread)).toBeGreaterThan(15 * minute)
})

test('none is made while an earlier one is unsettled, where the scope says so', async () => {
  schedule = { ...hourly, scope: 'open' }
  await lookAt(noon)
  for (const after of [1, 2, 3]) await lookAt(noon + after * hour)
  const [only, ...more] = await tasks()
  expect(more).toEqual([])
  expect((await facts('schedule.fired')).map(({ deduped }) => deduped)).toEqual([false, true, true])
  const how = { outcome: 'done' as const, by: 'ann', reason: 'seen', now: nowMs }
  await store.settleByHand({ taskId: only?.id ?? 0, ...how })
  await lookAt(noon + 4 * hour)
  expect(await tasks()).toHaveLength(2)
})

test('one within a time, where the scope says so', async () => {
  schedule = { ...hourly, scope: { windowMs: 150 * minute } }
  await lookAt(noon)
  for (const after of [1, 2, 3, 4]) await lookAt(noon + after * hour)
  expect((await facts('schedule.fired')).map(({ deduped }) => deduped)).toEqual([
    false,
    true,
    true,
    false,
  ])
})

test('what intake refuses is told once, and over with the next time that makes a task', async () => {
  const open = async () =>
    (await store.incidents({ openOnly: true, limit: 9 }))
      .map(({ key }) => key)
      .filter((key) => key.startsWith('schedule:'))
  await lookAt(noon)
  isBroken = true
  await lookAt(noon + hour)
  await lookAt(noon + 2 * hour)
  expect(await open()).toEqual(['schedule:hourly'])
  expect(told.at(-1)).toMatchObject({ had: 1, moved: 0, note: expect.stringContaining('folder') })
  isBroken = false
  await lookAt(noon + 3 * hour)
  expect(await open()).toEqual([])
  expect(await firedAt()).toEqual([noon + 3 * hour])
})

test('what no agent serves is held for a person, for nobody stands by to ask', async () => {
  schedule = { ...hourly, order: { ...hourly.order, agent: 'nobody' } }
  await lookAt(noon)
  await lookAt(noon + hour)
  expect((await tasks()).map(({ state }) => state)).toEqual(['held'])
})
