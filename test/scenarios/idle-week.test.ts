// Incidents 50 and 51: a healthy fleet without work is left alone for a week of its own time, and when its dispatcher stands
// still it is red within the stated time and green again after it. The sentinel is the real one; its time is handed in.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { createBeats } from '../../src/base/beats.ts'
import type { Clock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import type { Service } from '../../src/base/service.ts'
import type { Store } from '../../src/drivers/store/contract.ts'
import { openSqlite } from '../../src/drivers/store/sqlite/open.ts'
import type { Fleet } from '../../src/fleet.ts'
import { startPulse } from '../../src/loops/pulse/write.ts'
import { type Sentinel, startSentinelOf } from '../../src/sentinel.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const patienceMs = 10 * minute
const startMs = Date.UTC(2026, 10, 20)

/** Time that passes only when it is told to. */
class Time {
  nowMs = 0
  #sleepers: { readonly at: number; readonly wake: () => void }[] = []
  readonly clock: Clock = {
    now: () => startMs + this.nowMs,
    monotonicMs: () => this.nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        signal?.addEventListener('abort', () => resolve(), { once: true })
        this.#sleepers.push({ at: this.nowMs + ms, wake: resolve })
      }),
  }

  async pass(ms: number): Promise<void> {
    const until = this.nowMs + ms
    for (;;) {
      for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve))
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > until) break
      this.#sleepers = this.#sleepers.filter((one) => one !== next)
      this.nowMs = Math.max(this.nowMs, next.at)
      next.wake()
    }
    this.nowMs = until
  }
}

let time: Time
let store: Store
let sentinel: Sentinel
let daemon: Service
let pings: number[]
const logged: string[] = []

/** A dispatcher as far as it can be seen from outside: its loops pulse. */
function startDispatcher(pid: number): Service {
  const beats = createBeats(time.clock)
  const beat = beats.of('dispatch', () => 1_000)
  const onError = (where: string, error: unknown) => expect.fail(`${where}: ${error}`)
  const everyMs = () => {
    beat()
    return 100_000
  }
  const of = { store, clock: time.clock, host: 'h1', role: 'daemon' as const, pid }
  return startPulse({ ...of, beats, everyMs, onError })
}

beforeEach(() => {
  time = new Time()
  store = openSqlite({ path: ':memory:', clock: time.clock, random: systemRandom })
  pings = []
  logged.length = 0
  const config = {
    ...{ name: 'town', store: 'sqlite', slots: 4, tiers: ['light'], attempts: 5, agents: [] },
    sentinel: { patienceMs, restartWaitsMs: [0], remedy: null },
    deadman: { url: 'http://there', everyMs: hour },
  }
  const loaded = { config, hash: 'x' }
  const fleet = {
    ...{ store, config, clock: time.clock, adapters: [], dir: '/', loaded },
    source: { load: async () => loaded },
    host: { name: 'h1', pid: 99, bootId: 'b', baseEnv: {} },
  } as unknown as Fleet
  daemon = startDispatcher(7)
  sentinel = startSentinelOf(fleet, {
    log: (line) => logged.push(line),
    notifiers: () => [],
    deadman: { ping: async () => void pings.push(time.nowMs) },
  })
})
afterEach(async () => {
  await sentinel.stop()
  await daemon.stop()
})

const incidents = async () =>
  (await store.incidents({ openOnly: false, limit: 99 })).map(({ key, resolvedAt }) =>
    resolvedAt === null ? `${key} open` : `${key} over`,
  )

test('a healthy fleet without work is left alone for seven days, and the dead-man switch hears of it', async () => {
  await time.pass(7 * day)
  expect(await incidents()).toEqual([])
  expect(await store.openRestarts('h1')).toEqual([])
  expect(await store.facts({ kinds: ['restart.asked', 'sentinel.slept'], limit: 9 })).toEqual([])
  expect(pings.length).toBeGreaterThan(7 * 24 - 8)
  expect(logged).toEqual([])
}, 60_000)

test('a dispatcher that stands still is red within its patience and three looks, and green again once it pulses', async () => {
  await time.pass(hour)
  const stop = store.endPulses
  store.endPulses = async () => {} // it does not end: it stands still
  await daemon.stop()
  store.endPulses = stop
  const before = pings.length
  await time.pass(patienceMs - 3 * minute)
  expect(await incidents()).toEqual([])
  await time.pass(9 * minute)
  expect(await incidents()).toEqual(['silent:h1 open'])
  const [wish] = await store.openRestarts('h1')
  expect(wish).toMatchObject({ role: 'daemon', pid: 7 })
  await time.pass(2 * hour)
  expect(pings.length - before).toBeLessThanOrEqual(1)
  expect(await store.openRestarts('h1')).toHaveLength(1)
  daemon = startDispatcher(8)
  await time.pass(10 * minute)
  expect(await incidents()).toEqual(['silent:h1 over'])
  await time.pass(hour)
  expect(pings.length - before).toBeGreaterThanOrEqual(1)
}, 60_000)

test('a sentinel that itself slept for hours judges nobody for one period', async () => {
  await time.pass(hour)
  time.nowMs += 5 * hour // both slept: nothing came round
  await time.pass(5 * minute)
  expect(await incidents()).toEqual([])
  expect(await store.facts({ kinds: ['sentinel.slept'], limit: 9 })).toHaveLength(1)
})
