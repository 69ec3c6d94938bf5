// What the sentinel looks at besides pulses: post-conditions become one incident with one end, and the dead-man switch hears
// of good news alone (incidents 46, 47, 48 and 52).

import { beforeEach, expect, test } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { createCry } from '../../../src/loops/sentinel/cry.ts'
import { deadmanLook } from '../../../src/loops/sentinel/deadman.ts'
import { expectLook } from '../../../src/loops/sentinel/expect.ts'
import { viewOf } from '../../../src/loops/sentinel/view.ts'
import { defaultExpect, type FleetView } from '../../../src/model/expect.ts'

let nowMs = 0
const clock: Clock = {
  now: () => 1_000_000_000 + nowMs,
  monotonicMs: () => nowMs,
  sleep: async () => {},
}
const signal = new AbortController().signal
const sight = { standstill: false, signal }
let store: Store
beforeEach(() => {
  nowMs = 0
  store = openSqlite({ path: ':memory:', clock, random: systemRandom })
})

const broken = async (): Promise<FleetView> => ({
  ...(await viewOf(
    { store, standing: async () => ({ takable: true, standing: [] }), named: () => ({}) },
    defaultExpect,
    clock.now(),
  )),
  ready: 1,
  oldestReadyAt: clock.now() - 3_600_000,
})
const open = async () =>
  (await store.incidents({ openOnly: true, limit: 9 })).map(({ key, count }) => [key, count])

test('what is broken at three looks in a row is one incident, and is over when it moves again', async () => {
  let isBroken = true
  const remedies: string[] = []
  const judged: number[] = []
  const look = expectLook({
    store,
    clock,
    expect: () => defaultExpect,
    view: async () => ({ ...(await broken()), ...(!isBroken && { oldestReadyAt: null }) }),
    onJudged: (red) => judged.push(red.length),
    remedy: () => async () => void remedies.push('run'),
  })
  await look.look(sight)
  await look.look(sight)
  expect(await open()).toEqual([])
  for (let i = 0; i < 5; i++) await look.look(sight)
  expect(await open()).toEqual([['expect:started', 1]])
  expect(remedies).toEqual(['run'])
  isBroken = false
  await look.look(sight)
  expect(await open()).toEqual([])
  expect(judged).toEqual([0, 0, 1, 1, 1, 1, 1, 0])
})

test('an incident that an earlier sentinel opened is resolved by this one', async () => {
  await store.openIncident({ key: 'expect:moved', title: 't', now: clock.now() })
  const look = expectLook({
    ...{ store, clock, expect: () => defaultExpect, onJudged: () => {}, remedy: () => null },
    view: async () => ({ ...(await broken()), oldestReadyAt: null }),
  })
  await look.look(sight)
  expect(await open()).toEqual([])
})

test('the dead-man switch is pinged at its pace, and only while all is well', async () => {
  const pings: number[] = []
  let isWell = true
  const look = deadmanLook({
    clock,
    deadman: { ping: async () => void pings.push(nowMs) },
    config: () => ({ url: 'http://there', everyMs: 60_000 }),
    isWell: () => isWell,
  })
  for (; nowMs < 120_000; nowMs += 10_000) await look.look(sight)
  isWell = false
  for (; nowMs < 300_000; nowMs += 10_000) await look.look(sight)
  isWell = true
  await look.look({ ...sight, standstill: true })
  await look.look(sight)
  expect(pings).toEqual([0, 60_000, 300_000])
})

test('a store that cannot be written is told once an hour without it, and so is its return', async () => {
  const told: string[] = []
  const cry = createCry({
    clock,
    fleet: 'f',
    notifiers: () => [{ name: 'n', tell: async ({ what }) => void told.push(what) }],
    log: () => {},
  })
  await cry(new Error('full'))
  await cry(null)
  for (; nowMs < 2 * 3_600_000; nowMs += 10_000) await cry(new Error('full'))
  await cry(null)
  await cry(null)
  expect(told).toEqual(['opened', 'opened', 'resolved'])
})
