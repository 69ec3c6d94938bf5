// Sensors: once per key, within their day, each for itself, and never fed by what sensors brought (incident 5).

import { beforeEach, expect, test } from 'vitest'

import { failed } from '../../../src/base/errors.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Looked } from '../../../src/drivers/sensors/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { lookOnce, type SensorDeps, startSensors } from '../../../src/loops/sensors/loop.ts'
import type { Firing } from '../../../src/model/mechanism.ts'
import { bySensor, readLines, type SensorConfig } from '../../../src/model/sensor.ts'
import { claimOne, t0, want } from '../../drivers/store/conformance/wants.ts'

let nowMs = 0
let store: Store
let fired: Firing[] = []
let answer: Looked = { looked: true, text: '' }
const clock = { now: () => t0 + nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
const signal = new AbortController().signal
beforeEach(() => {
  nowMs = 0
  fired = []
  store = openSqlite({ path: ':memory:', clock, random: systemRandom })
})

const sensor: SensorConfig = {
  name: 'ci',
  everyMs: 60_000,
  timeoutMs: 1_000,
  perDay: 3,
  scope: 'ever',
  staleMs: 3_600_000,
  order: { agent: null, tier: null, priority: 0, labels: [] },
  source: { kind: 'command', run: 'true' },
}
const deps = (): SensorDeps => ({
  ...{ store, clock, host: 'h1', sensors: () => [sensor], onError: () => {} },
  limits: () => ({ pollMs: 1_000 }),
  fired: (firing) => void fired.push(firing),
  eyes: { look: async () => answer },
  enqueue: async (one, { key, title, fromTask: taskId }) => {
    if (title === 'refused') throw failed('intake.no', 'no agent takes it', 'add one')
    const keyed = { key: `sensor:${one.name}:${key}`, scope: one.scope }
    return await store.enqueue({
      ...want(),
      title,
      key: keyed,
      origin: { kind: 'sensor', taskId, most: one.depth ?? 1 },
      by: bySensor(one.name),
      now: clock.now(),
    })
  },
})
const memory = () => ({ dueMs: 0, failures: 0 })
const line = (key: string, more: object = {}) =>
  JSON.stringify({ task: `t ${key}`, key, prompt: 'p', ...more })
const looks = async (remembered: ReturnType<typeof memory>, ...lines: string[]) => {
  answer = { looked: true, text: lines.join('\n') }
  await lookOnce(deps(), sensor, remembered, signal)
}
const ready = async () => (await store.counts()).ready
const open = async () => (await store.incidents({ openOnly: true, limit: 9 })).map(({ key }) => key)

test('lines are tasks, findings or garbled; a task has one order and a key', () => {
  const said = readLines(
    [
      line('a'),
      '{"finding":"full","key":"d"}',
      'Traceback:',
      '{"task":"no key","run":"x"}',
      '',
      '[1]',
    ].join('\n'),
  )
  expect(said.tasks.map(({ key }) => key)).toEqual(['a'])
  expect(said.findings).toEqual([{ key: 'd', title: 'full' }])
  expect(said.garbled).toHaveLength(3)
})

test('the same key brings one task, however often it is seen', async () => {
  const own = memory()
  await looks(own, line('a'), line('b'))
  await looks(own, line('a'), line('b'))
  expect(await ready()).toBe(2)
})

test('no more comes within a day than its budget, and the next day brings more', async () => {
  const own = memory()
  await looks(own, ...['a', 'b', 'c', 'd', 'e'].map((key) => line(key)))
  expect(await ready()).toBe(3)
  nowMs += 86_400_001
  await looks(own, line('d'), line('e'))
  expect(await ready()).toBe(5)
})

test('what is stale is no longer wanted', async () => {
  await looks(memory(), line('old', { at: new Date(t0 - 2 * 3_600_000).toISOString() }))
  expect(await ready()).toBe(0)
})

test('work that comes from a sensor’s own task brings nothing more', async () => {
  const own = memory()
  await looks(own, line('a'))
  await looks(own, line('child', { fromTask: 1 }))
  expect(await ready()).toBe(1)
  const byPerson = await store.enqueue({ ...want(), now: t0 })
  await looks(own, line('child', { fromTask: byPerson.task.id }))
  expect(await ready()).toBe(3)
})

test('a sensor that sees the same for days had nothing to do, and nobody is alarmed of it', async () => {
  const own = memory()
  await looks(own, line('a'), line('b'))
  await looks(own, line('a'), line('b'))
  await looks(own, line('a', { at: new Date(t0 - 2 * 3_600_000).toISOString() }))
  expect(fired.map(({ had, moved }) => [had, moved])).toEqual([
    [2, 2],
    [0, 0],
    [0, 0],
  ])
  await looks(own, line('c'), line('d'))
  await looks(own, line('d'))
  expect(fired.at(-1)).toMatchObject({ had: 0, note: 'it has brought its 3 tasks of a day' })
})

test('one want that is refused does not stop the next one, and was something to do', async () => {
  await looks(memory(), line('x', { task: 'refused' }), line('y'))
  expect(await ready()).toBe(1)
  expect(fired).toEqual([{ name: 'sensors:ci', had: 2, moved: 1, note: 'no agent takes it' }])
})

test('a finding is an incident while it is seen, and no task', async () => {
  const own = memory()
  await looks(own, '{"finding":"disk full","key":"/"}')
  await looks(own, '{"finding":"disk full","key":"/"}')
  expect([await open(), await ready()]).toEqual([['finding:ci:/'], 0])
  await looks(own, '')
  expect(await open()).toEqual([])
})

test('what a sensor found, and that it failed, is over once it is taken out; who is not on duty ends nothing', async () => {
  for (const key of ['finding:gone:/', 'sensor:gone', 'finding:ci:/', 'stuck:1'])
    await store.openIncident({ key, title: key, now: t0 })
  answer = { looked: true, text: '{"finding":"disk full","key":"/"}' }
  const rounds = async (onDuty: boolean) => {
    const slept = Promise.withResolvers<void>()
    const sleep = async (_ms: number, until?: AbortSignal) => {
      slept.resolve()
      await new Promise((resolve) => until?.addEventListener('abort', resolve, { once: true }))
    }
    const running = startSensors({
      ...{ ...deps(), clock: { ...clock, sleep }, onDuty: () => onDuty },
    })
    await slept.promise
    await running.stop()
  }
  await rounds(false)
  expect(await open()).toHaveLength(4)
  await rounds(true)
  expect((await open()).toSorted()).toEqual(['finding:ci:/', 'stuck:1'])
})

test('failures wait longer each time, ten in a row are quarantined and told once, one good look ends it', async () => {
  const own = memory()
  answer = { looked: false, why: 'exit 1' }
  const waits: number[] = []
  for (let i = 0; i < 12; i++) {
    await lookOnce(deps(), sensor, own, signal)
    waits.push((own.dueMs - nowMs) / 60_000)
  }
  expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8])
  expect(waits.at(-1)).toBe(360)
  expect(await open()).toEqual(['sensor:ci'])
  await looks(own, line('a'))
  expect([await open(), own.failures, await ready()]).toEqual([[], 0, 1])
})

test('of two hosts only one looks', async () => {
  answer = { looked: true, text: line('a') }
  await lookOnce(deps(), sensor, memory(), signal)
  answer = { looked: true, text: line('b') }
  await lookOnce({ ...deps(), host: 'h2' }, sensor, memory(), signal)
  expect(await ready()).toBe(1)
})

test('a restart forgives no failures, shortens no wait, and begins no new day', async () => {
  const service = async (steps: number) => {
    const stop = new AbortController()
    let left = steps
    const ended = Promise.withResolvers<void>()
    const stepping = {
      ...clock,
      sleep: async () => {
        // The look that has begun comes to its end before time goes on.
        for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
        nowMs += 1_000
        left -= 1
        if (left <= 0) {
          ended.resolve()
          await new Promise<void>((resolve) =>
            stop.signal.addEventListener('abort', () => resolve()),
          )
        }
      },
    }
    let looked = 0
    const eyes: SensorDeps['eyes'] = {
      look: async () => {
        looked += 1
        return answer
      },
    }
    const running = startSensors({ ...deps(), clock: stepping, eyes })
    await ended.promise
    stop.abort()
    await running.stop()
    return looked
  }
  answer = { looked: false, why: 'exit 1' }
  expect(await service(200)).toBe(3)
  expect((await store.sensors())[0]).toMatchObject({ name: 'ci', failures: 3, note: 'exit 1' })
  expect(await service(30)).toBe(0)
  expect(await service(220)).toBe(1)
  expect((await store.sensors())[0]).toMatchObject({ failures: 4 })

  const own = memory()
  await looks(own, ...['a', 'b', 'c', 'd'].map((key) => line(key)))
  expect(await ready()).toBe(3)
  await looks(memory(), line('e'))
  expect(await ready()).toBe(3)
  expect((await store.sensors())[0]).toMatchObject({ failures: 0, note: null })
})

test('work may come of work so often as the sensor allows, by branches, repeats and sessions alike', async () => {
  const child = (fromTask: number, key: string) => line(key, { fromTask })
  const made = async (by: string, more: object = {}) =>
    (await store.enqueue({ ...want(), by, ...more, now: clock.now() })).task.id
  const first = await made(bySensor('other'), { origin: { kind: 'sensor', taskId: null } })
  const again = await made('ann', { againOf: first })
  const deep = { ...deps(), sensors: () => [] }
  const look = async (depth: number, text: string) => {
    answer = { looked: true, text }
    await lookOnce(deep, { ...sensor, depth }, memory(), signal)
  }
  const before = await ready()
  await look(1, child(again, 'x'))
  expect(await ready()).toBe(before)
  await look(2, child(again, 'x'))
  expect(await ready()).toBe(before + 1)
  const attempt = await claimOne(store, { now: clock.now() })
  const { id: attemptId } = attempt.attempt
  const session = await made(`attempt ${attemptId}`, {
    origin: { kind: 'session', taskId: again, attemptId },
  })
  const sensed = async (id: number) => (await store.provenance(id))?.sensed
  expect(await sensed(session)).toBe(await sensed(again))
  expect(await sensed(again)).toBe(1)
  expect(await sensed(999)).toBe(undefined)
})
