// `midwatch holds` and `midwatch schedule`, the real binary: exit 1 when a mechanism had something to do and moved nothing (S0),
// and when a time has come and nobody fired it.

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { Binary } from './binary.ts'

let binary: Binary
let dir = ''
beforeAll(async () => {
  binary = await Binary.build()
})
afterAll(() => binary.end())
beforeEach(async () => {
  dir = await binary.fleet()
})

const run = (...args: string[]) => binary.run(args, { cwd: dir })
const json = (...args: string[]) => binary.json(args, { cwd: dir })
const dayMs = 86_400_000

async function onStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const path = join(dir, '.midwatch', 'fleet.db')
  const store = openSqlite({ path, clock: systemClock, random: systemRandom })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

describe('the audit of what waits', () => {
  const report = (name: string, moved: number, ago: number) =>
    onStore((store) =>
      store.reportMechanism({
        host: 'h1',
        firings: [{ name, had: 3, moved }],
        now: Date.now() - ago,
      }),
    )

  test('why --fleet asks why nothing runs, and with a folder in which fleet', async () => {
    await run('add', 'it', '--run', 'true')
    const bare = await run('why', '--fleet')
    expect(bare).toMatchObject({ code: 0, err: '' })
    expect(bare.out).toContain('1 are ready: no dispatcher is running')
    expect((await run('why', '--fleet', '--at', '1s')).code).toBe(0)
    expect((await binary.run(['why', '1', '--fleet', dir], { cwd: '/' })).code).toBe(0)
    expect((await run('why', '--fleet', join(dir, 'nowhere'))).code).toBe(3)
  })

  test('a class whose mechanism had work and moved nothing is flagged, and the exit code says so', async () => {
    await run('add', 'later', '--run', 'true', '--until', '1d')
    expect((await run('holds')).code).toBe(0)
    await report('time', 0, dayMs)
    await report('time', 0, 1_000)
    const flagged = await run('holds')
    expect(flagged.code).toBe(1)
    expect(flagged.out).toMatch(/fired 2 times.*moved nothing/s)
    const { classes } = JSON.parse((await run('holds', '--json')).out)
    expect(classes).toMatchObject([{ class: 'time', waiting: 1, flag: expect.any(String) }])
    await report('time', 1, 0)
    expect((await run('holds')).code).toBe(0)
  })

  test('a mechanism that no waiting class has is flagged as well', async () => {
    await run('add', 'now', '--run', 'true')
    await report('budget', 0, dayMs)
    const told = await run('holds', '--json')
    expect(told.code).toBe(1)
    expect(JSON.parse(told.out).stuck).toMatchObject([{ mechanism: 'budget', waiting: 3 }])
  })
})

describe('schedules', () => {
  beforeEach(() =>
    appendFileSync(
      join(dir, 'midwatch.yaml'),
      `schedules:
  nightly:
    cron: "30 3 * * *"
    timezone: Europe/Berlin
    run: "true"
    scope: open
`,
    ),
  )

  test('list and show tell the next times; run makes its task within its scope', async () => {
    const { schedules } = await json('schedule', 'list')
    expect(schedules).toMatchObject([{ name: 'nightly', known: false, fired: 0, overdue: false }])
    expect(Date.parse(schedules[0].nextAt)).toBeGreaterThan(Date.now())
    const first = await json('schedule', 'run', 'nightly')
    expect(first.firing).toMatchObject({ deduped: false, task: 1 })
    expect((await json('schedule', 'run', 'nightly')).firing).toMatchObject({ deduped: true })
    expect(await json('show', '1')).toMatchObject({
      task: { title: 'nightly', createdBy: 'schedule nightly', labels: ['schedule:nightly'] },
    })
    const { schedule, firings } = await json('schedule', 'show', 'nightly')
    expect([schedule.times.length, firings.length, schedule.fired]).toEqual([5, 2, 2])
  })

  test('one that is overdue is red in list and doctor, and one that is not there is not found', async () => {
    await run('schedule', 'run', 'nightly')
    await onStore(async (store) => {
      const [known] = await store.schedules()
      const at = Date.now() - dayMs
      await store.fireSchedule({
        ...{ name: 'nightly', cursor: known?.cursor ?? 0, upTo: at, nextAt: at },
        ...{ firings: [], missed: null, host: 'h1', by: 'h1', now: at },
      })
    })
    const listed = await run('schedule', 'list')
    expect([listed.code, listed.out.includes('overdue')]).toEqual([1, true])
    expect((await run('doctor')).out).toMatch(/bad\s+schedule nightly\s+its time has come/)
    const missing = await run('schedule', 'show', 'nigthly')
    expect([missing.code, missing.err.includes('nightly')]).toEqual([3, true])
  })
})
