// Incident 4: work was kept from coming twice by looking at what was pending only, and came a hundred times a day; then at
// whatever had ever been, and never came again; then under a renamed key, and 392 came at once.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemRandom } from '../../src/base/random.ts'
import type { Store } from '../../src/drivers/store/contract.ts'
import { openSqlite } from '../../src/drivers/store/sqlite/open.ts'
import { lookOnce, type SensorDeps } from '../../src/loops/sensors/loop.ts'
import { bySensor, type SensorConfig } from '../../src/model/sensor.ts'
import type { KeyScope } from '../../src/model/task.ts'
import { claimOne, settleArgs, success, want } from '../drivers/store/conformance/wants.ts'

const [minute, day] = [60_000, 86_400_000]
let now = 0
let store: Store
const clock = { now: () => now, monotonicMs: () => now, sleep: async () => {} }
beforeEach(() => {
  now = 1_800_000_000_000
  store = openSqlite({ path: ':memory:', clock, random: systemRandom })
})
afterEach(() => store.close())

const report = (scope: KeyScope) =>
  store.enqueue({ ...want(), title: 'the daily report', key: { key: 'report', ...scope }, now })
const settle = async (outcome: 'done' | 'failed') => {
  const claimed = await claimOne(store, { now })
  await store.end({ attemptId: claimed.attempt.id, verdict: success, now })
  await store.settle(settleArgs(claimed, outcome, now))
}
const made = async () => Object.values(await store.counts()).reduce((sum, count) => sum + count, 0)
/** Somebody wants it every quarter of an hour for a day: 96 times. */
const wantAllDay = async (scope: KeyScope) => {
  for (let i = 0; i < 96; i += 1) {
    await report(scope)
    now += 15 * minute
  }
}

const meanwhiles: readonly (readonly [string, () => Promise<void>])[] = [
  ['it waits', async () => {}],
  [
    'it is worked at',
    async () => {
      await claimOne(store, { now })
    },
  ],
]
test.each(meanwhiles)(
  'wanted 96 times a day while %s, there is one (incident 4)',
  async (_name, meanwhile) => {
    const { task } = await report({ scope: 'open' })
    await meanwhile()
    await wantAllDay({ scope: 'open' })
    expect(await made()).toBe(1)
    const told = await store.facts({ taskId: task.id, kinds: ['task.deduped'], limit: 1_000 })
    expect(told).toHaveLength(96)
  },
)

test.each(['done', 'failed'] as const)(
  'of scope window, a %s one brings no second within its time, and blocks none after it (incident 4)',
  async (outcome) => {
    const scope = { scope: 'window', windowMs: day } as const
    for (let days = 1; days <= 3; days += 1) {
      expect((await report(scope)).deduped).toBe(false)
      await settle(outcome)
      await wantAllDay(scope)
      expect(await made()).toBe(days)
    }
  },
)

test('of scope open, one that is over blocks nothing; of scope ever, it is never made again (incident 4)', async () => {
  await report({ scope: 'open' })
  await settle('failed')
  expect(await report({ scope: 'open' })).toMatchObject({ deduped: false })
  await settle('done')
  const last = await report({ scope: 'ever' })
  expect(last.deduped).toBe(true)
  expect(last.task).toMatchObject({ state: 'settled', outcome: 'done' })
  now += 400 * day
  await wantAllDay({ scope: 'open' })
  expect(await made()).toBe(2)
})

const sensor: SensorConfig = {
  ...{ name: 'mail', everyMs: minute, timeoutMs: 1_000, perDay: 5, scope: 'ever', staleMs: day },
  order: { agent: null, tier: null, priority: 0, labels: [] },
  source: { kind: 'command', run: 'true' },
}

test('392 known things under renamed keys bring no more in a day than any day may (incident 4)', async () => {
  const seen = (name: (i: number) => string) =>
    Array.from({ length: 392 }, (_, i) =>
      JSON.stringify({ task: `letter ${i}`, key: name(i), prompt: 'read it' }),
    ).join('\n')
  let text = ''
  const deps: SensorDeps = {
    ...{
      store,
      clock,
      host: 'h1',
      sensors: () => [sensor],
      limits: () => ({ pollMs: 1_000 }),
      fired: () => {},
      onError: () => {},
    },
    eyes: { look: async () => ({ looked: true, text }) },
    enqueue: async ({ name, scope }, { key, title }) =>
      store.enqueue({
        ...want(),
        ...{ title, key: { key: `sensor:${name}:${key}`, scope }, by: bySensor(name), now },
      }),
  }
  const memory = { dueMs: 0, failures: 0, brought: [] as number[], found: new Set<string>() }
  const lookAllDay = async () => {
    for (let i = 0; i < 24; i += 1) {
      await lookOnce(deps, sensor, memory, new AbortController().signal)
      now += day / 24
    }
  }
  text = seen((i) => `id-${i}`)
  await lookAllDay()
  expect(await made()).toBe(5)
  text = seen((i) => `message-id-${i}`)
  await lookAllDay()
  expect(await made()).toBe(10)
})
