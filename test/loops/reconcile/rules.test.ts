// Rules that are about more than one row, the sweep over everything, and the passes of the loop.

import { freshMemory } from '../../../src/model/lane.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { createFutileDetector } from '../../../src/loops/reconcile/futile.ts'
import { firstPlace, nextPass } from '../../../src/loops/reconcile/loop.ts'
import { pass } from '../../../src/loops/reconcile/pass.ts'
import { createStanding } from '../../../src/loops/reconcile/standing.ts'
import { sweep } from '../../../src/loops/reconcile/sweep.ts'
import { defaultLimits } from '../../../src/model/limits.ts'
import {
  claimOne,
  enqueue,
  stateOf,
  success,
  t0,
  taken,
  untilTime,
} from '../../drivers/store/conformance/wants.ts'

let store: Store
let now = t0
beforeEach(() => {
  now = t0
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const clock = { ...systemClock, now: () => now }
const world = () => ({
  store,
  clock,
  now,
  rows: { tasks: [], attempts: [] },
  limits: defaultLimits,
  by: 'test',
})
const look = () => pass(world(), createFutileDetector())
const didOf = async () => (await look()).findings.map(({ law, did }) => `${law}: ${did}`)

test('due-is-released leaves the dispatcher its time, and then does its work', async () => {
  const { id } = await enqueue(store, { holds: [untilTime(t0 + 1_000)] })
  now = t0 + 30_000
  expect(await didOf()).toEqual([])
  now = t0 + 90_000
  expect(await didOf()).toEqual(['due-is-released: 1 released'])
  expect(await stateOf(store, id)).toBe('ready')
  expect(await didOf()).toEqual([])
})

test('what an ended attempt left is found behind any number of others that are well', async () => {
  const [ended, lives] = [(await taken(store)).attempt, (await taken(store)).attempt]
  const effect = (key: string, attemptId: number) =>
    store.reserveEffect({
      key,
      kind: 'command',
      paramsHash: key,
      params: {},
      check: null,
      holder: { attemptId, process: null },
      until: t0 + 3_600_000,
      noTwinSince: null,
      by: 'ann',
      now: t0,
    })
  for (let i = 0; i < 200; i++) await effect(`held:${i}`, lives.id)
  await effect('orphan', ended.id)
  const until = t0 + 3_600_000
  const ann = { holder: 'ann', attemptId: null, taskId: null }
  for (let i = 0; i < 500; i++) {
    await store.claimWork({ ...ann, key: `done:${i}`, until, now: t0 })
    const done = { key: `done:${i}`, holder: 'ann', note: '', until: null, now: t0 }
    await store.completeWork(done)
  }
  await store.claimWork({ ...ann, key: 'orphan', until: t0 + 1, now: t0 })
  await store.end({ attemptId: ended.id, verdict: success, now: t0 })
  now = t0 + 120_000
  const found = (await look()).findings.filter(({ subject }) => subject.includes('orphan'))
  expect(found.map(({ law, did }) => [law, did !== null])).toEqual([
    ['effect-is-held', true],
    ['locks-have-holders', true],
  ])
  expect(await store.effect('orphan')).toMatchObject({ state: 'uncertain' })
  expect(await store.effect('held:0')).toMatchObject({ state: 'reserved' })
  expect(await store.workKeys({ key: 'orphan', limit: 1 })).toEqual([])
})

test('shut-is-probed leaves the dispatcher its time, and then does its work', async () => {
  const { attempt } = await taken(store)
  const page = await store.unfolded({ after: 0, limit: 9 })
  const gate = { state: 'shut', since: t0, until: t0 + 1_000, reason: 'r' } as const
  const memory = { ...freshMemory, cut: attempt.id }
  const lane = { lane: 'agent:shell', gate, memory, rev: 0, readable: true }
  await store.fold({
    from: page.from,
    to: page.to,
    lanes: [lane],
    attemptIds: [],
    facts: [],
    incidents: [],
    now,
  })
  now = t0 + 30_000
  expect(await didOf()).toEqual([])
  now = t0 + 90_000
  expect(await didOf()).toEqual(['shut-is-probed: probing'])
  expect(await didOf()).toEqual([])
})

test('an attempt that is silent for long is accused, one that just missed a renewal is not (incident 21)', async () => {
  await taken(store)
  now = t0 + 60_000 + 90_000
  expect((await look()).broken).toEqual([])
  now = t0 + 5 * 24 * 3_600_000
  expect((await look()).broken).toMatchObject([
    { invariant: 'lease-is-kept', subject: 'attempt 1' },
  ])
})

test('an attempt that is renewed is not accused by whoever dates days ahead, and one that is not is, once it was seen', async () => {
  const { attempt } = await taken(store)
  const limits = { ...defaultLimits, leaseMs: 60_000, leaseGraceMs: 10_000 }
  let monotonic = 0
  const standing = createStanding({ monotonicMs: () => monotonic })
  const accused = async () => {
    const { broken } = await pass({ ...world(), limits, standing }, createFutileDetector())
    return broken.map(({ invariant }) => invariant)
  }
  now = t0 + 5 * 24 * 3_600_000 // its host's clock is as it was
  for (let leaseUntil = t0 + 90_000; monotonic < 3_600_000; leaseUntil += 20_000) {
    await store.renew({ host: attempt.host, leaseUntil, now: leaseUntil - 60_000 })
    expect(await accused()).toEqual([])
    monotonic += 20_000
  }
  expect(await accused()).toEqual([])
  monotonic += 60_000
  expect(await accused()).toEqual(['lease-is-kept'])
  monotonic += 3_600_000 // who was away for so long saw nothing
  expect(await accused()).toEqual([])
})

test('two unended attempts of one task are accused', async () => {
  const { task, attempt } = await taken(store)
  expect((await look()).broken).toEqual([])
  await store.giveBack({
    taskId: task.id,
    attemptId: attempt.id,
    holds: [],
    charged: false,
    reason: 'forged',
    now,
  })
  await claimOne(store)
  expect((await look()).broken).toMatchObject([
    { invariant: 'one-attempt-per-task', what: 'attempts 1 and 2 are both under way' },
  ])
})

test('the loop looks at what changed and, slice by slice, at all the rest', async () => {
  const { task, attempt } = await taken(store)
  await enqueue(store)
  const args = { taskId: task.id, attemptId: attempt.id, holds: [], charged: false, now }
  await store.giveBack({ ...args, reason: 'forged' })
  const deps = { store, clock, host: 'h1', limits: () => defaultLimits, onError: () => {} }
  const place = firstPlace(clock)
  const report = await nextPass(deps, createFutileDetector(), place)
  expect(report.findings).toMatchObject([
    { law: 'attempt-has-its-task', subject: 'attempt 1', did: 'asked to stop' },
  ])
  expect(place.factId).toBeGreaterThan(0)
  const [told] = await store.facts({ kinds: ['row.mended'], limit: 9 })
  expect(told?.body).toMatchObject({ law: 'attempt-has-its-task', by: 'the reconciler of h1' })
  expect((await nextPass(deps, createFutileDetector(), place)).findings).toEqual([])
})

test('a sweep sees every row, changes nothing when dry, and mends once', async () => {
  const { task, attempt } = await taken(store)
  for (let i = 0; i < 1_200; i++) await enqueue(store)
  const args = { taskId: task.id, attemptId: attempt.id, holds: [], charged: false, now }
  await store.giveBack({ ...args, reason: 'forged' })
  const deps = { store, clock, limits: defaultLimits, by: 'sweep by ann' }
  const dry = await sweep(deps, { dryRun: true })
  expect(dry).toMatchObject({ dryRun: true, looked: { tasks: 1_201, attempts: 1 } })
  expect(dry.findings).toMatchObject([{ law: 'attempt-has-its-task', did: null }])
  expect((await store.attempt(attempt.id))?.stop).toBe(null)
  const wet = await sweep(deps, { dryRun: false })
  expect(wet.findings).toMatchObject([{ law: 'attempt-has-its-task', did: 'asked to stop' }])
  expect(wet.laws.find((one) => one.name === 'attempt-has-its-task')).toMatchObject({
    found: 1,
    mended: 1,
  })
  expect((await sweep(deps, { dryRun: false })).findings).toEqual([])
})
