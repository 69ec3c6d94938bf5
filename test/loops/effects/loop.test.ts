// The loop asks about effects whose holders are gone, and forgets by kind; it never makes one.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { reserve } from '../../../src/lifecycle/effects/reserve.ts'
import { askAbout, type EffectsLoopDeps, forgetOld } from '../../../src/loops/effects/loop.ts'
import { noEffects } from '../../../src/model/channels.ts'
import type { Firing } from '../../../src/model/mechanism.ts'
import { type Bench, bench, effectWant, holderProcess } from '../../support/effects.ts'

let store: Store
let one: Bench
let firings: Firing[]
let errors: string[]
let now = 0
const never = new AbortController().signal
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
  one = bench(store)
  firings = []
  errors = []
  now = 1_800_000_000_000
})
afterEach(() => store.close())

const deps = (): EffectsLoopDeps => {
  const clock = { ...systemClock, now: () => now }
  return {
    store,
    clock,
    host: 'h1',
    effects: { ...one.deps, clock },
    config: () => noEffects,
    lookEveryMs: () => 1_000,
    fired: (firing) => firings.push(firing),
    onError: (where) => errors.push(where),
  }
}
const put = (key: string, pid: number, check: string | null) =>
  reserve(
    { ...one.deps, clock: { ...systemClock, now: () => now } },
    effectWant({
      key,
      holder: { attemptId: null, process: holderProcess(pid) },
      check: check === null ? null : { command: check, cwd: '/' },
    }),
  )
const stateOf = async (key: string) => (await store.effect(key))?.state

test('who lives is left alone; who is gone is asked about, and only what has an answer is settled', async () => {
  await put('held', 1, 'a')
  await put('orphaned', 2, 'b')
  await put('silent', 3, null)
  one.gone.add(2).add(3)
  one.checks.push(0)
  await askAbout(deps(), never)
  expect([await stateOf('held'), await stateOf('orphaned'), await stateOf('silent')]).toEqual([
    'reserved',
    'performed',
    'uncertain',
  ])
  expect(one.asked).toEqual(['b'])
  expect(firings).toEqual([{ name: 'effects', had: 2, moved: 2 }])
  await askAbout(deps(), never)
  expect(firings[1]).toEqual({ name: 'effects', had: 0, moved: 0 })
  expect(one.world).toEqual([])
})

test('who lives keeps nobody behind him waiting, however many they are (incident 10)', async () => {
  for (let i = 0; i < 101; i++) await put(`held:${i}`, 1, null)
  await put('orphan', 2, 'b')
  one.gone.add(2)
  one.checks.push(0)
  await askAbout(deps(), never)
  expect([await stateOf('orphan'), await stateOf('held:0')]).toEqual(['performed', 'reserved'])
  expect(firings).toEqual([{ name: 'effects', had: 1, moved: 1 }])
})

test('without an answer it is asked ever more rarely, and the fourth time a person is told', async () => {
  await put('k', 2, 'b')
  one.gone.add(2)
  const incidents = async () => (await store.incidents({ openOnly: true, limit: 9 })).length
  for (const [asked, waitMs] of [2_000, 10_000, 60_000, 300_000].entries()) {
    expect([one.asked.length, await incidents()]).toEqual([asked, 0])
    await askAbout(deps(), never)
    await askAbout(deps(), never)
    expect(one.asked).toHaveLength(asked + 1)
    now += waitMs
  }
  expect(await incidents()).toBe(1)
  one.checks.push(1)
  await askAbout(deps(), never)
  expect([await stateOf('k'), await incidents()]).toEqual(['failed', 0])
})

test('a check of another host is asked there; when that host is silent for long a person is asked, once', async () => {
  const check = { command: 'look', cwd: '/' }
  const process = { ...holderProcess(2), host: 'h2' }
  const holder = { attemptId: null, process }
  const clock = { ...systemClock, now: () => now }
  await reserve({ ...one.deps, clock }, effectWant({ key: 'far', holder, check }))
  const row = { name: 'h2', bootId: 'b', pid: 1, startTicks: '1', pulseAt: now, running: true }
  await store.enterHost({ ...row, holderAlive: () => false, now })
  const far: EffectsLoopDeps = {
    ...deps(),
    effects: {
      ...deps().effects,
      holders: { ...one.deps.holders, standing: () => 'elsewhere' },
    },
  }
  const incidents = async () =>
    (await store.incidents({ openOnly: true, limit: 9 })).map(({ key, count }) => [key, count])
  now += 10 * 60_000
  await askAbout(far, never)
  expect([await stateOf('far'), await incidents()]).toEqual(['reserved', []])
  now += 6 * 60_000
  await askAbout(far, never)
  expect([await stateOf('far'), await incidents()]).toEqual(['uncertain', [['effect:far', 1]]])
  expect((await store.effect('far'))?.state === 'uncertain' && one.asked).toEqual([])
  // It comes back: its own dispatcher asks, and the incident is over.
  now += 3_600_000
  one.checks.push(0)
  await askAbout({ ...deps(), host: 'h2' }, never)
  expect([await stateOf('far'), await incidents(), one.asked]).toEqual(['performed', [], ['look']])
})

test('an effect that cannot be read does not stop the others (incident 11)', async () => {
  await put('bad', 2, 'b')
  await put('good', 3, 'c')
  one.gone.add(2).add(3)
  one.checks.push(0, 0)
  const failing = deps()
  const { holders } = failing.effects
  await askAbout(
    {
      ...failing,
      effects: {
        ...failing.effects,
        holders: {
          ...holders,
          standing: (process) => {
            if (process.pid === 2) throw new Error('unreadable')
            return holders.standing(process)
          },
        },
      },
    },
    never,
  )
  expect([errors, await stateOf('good')]).toEqual([['effect bad'], 'performed'])
})

test('what was performed is forgotten after its time, by kind, and never what is open', async () => {
  await put('old', 2, 'b')
  await put('open', 3, null)
  one.gone.add(2).add(3)
  one.checks.push(0)
  await askAbout(deps(), never)
  now += 89 * 86_400_000
  await forgetOld(deps())
  expect(await stateOf('old')).toBe('performed')
  now += 2 * 86_400_000
  await forgetOld(deps())
  expect([await stateOf('old'), await stateOf('open')]).toEqual([undefined, 'uncertain'])
})
