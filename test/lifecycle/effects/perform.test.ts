// Guards of the making: who slept past its reservation makes nothing, what may yet happen is not asked about, and what
// happened is written down with patience.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { performOnce } from '../../../src/lifecycle/effects/perform.ts'
import { reconcile } from '../../../src/lifecycle/effects/reconcile.ts'
import { reserve } from '../../../src/lifecycle/effects/reserve.ts'
import { bench, done, effectWant, holderProcess, limits } from '../../support/effects.ts'

let store: Store
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())
const never = new AbortController().signal

test('who slept past its reservation makes nothing; awake it makes it, by the next one', async () => {
  const one = bench(store)
  let sleepsMs = 3_600_000
  let skippedMs = 0
  const clock = { ...systemClock, now: () => systemClock.now() + skippedMs }
  const sleepy: Pick<Store, 'reserveEffect'> = {
    async reserveEffect(input) {
      const reserved = await store.reserveEffect(input)
      skippedMs += sleepsMs
      sleepsMs = 0
      return reserved
    },
  }
  const made: number[] = []
  const ended = await performOnce(
    { ...one.deps, clock, store: { ...store, ...sleepy } },
    effectWant(),
    limits({ tries: 3 }),
    async ({ epoch }) => {
      made.push(epoch)
      return done('made')
    },
    never,
  )
  expect([ended.got, made]).toEqual(['performed', [2]])
})

test('an effect in doubt is not asked about while what its dead holder started may yet make it', async () => {
  const one = bench(store)
  const holder = { attemptId: null, process: holderProcess(66) }
  await reserve(one.deps, effectWant({ holder, check: { command: 'look', cwd: '/' } }))
  const reason = 'its holder is gone'
  const now = systemClock.now()
  const told = await store.doubtEffect({
    key: 'report:1',
    epoch: 1,
    reason,
    askAt: now,
    tellPerson: false,
    now,
  })
  one.performing = 1
  one.checks.push(1)
  const effect = told.ok ? told.effect : null
  if (effect === null) throw new Error('it is in doubt')
  expect(await reconcile(one.deps, effect, false, never)).toMatchObject({
    state: 'uncertain',
    asked: 1,
  })
  expect(one.asked).toEqual([])
})

test('what happened is written down with patience, and made once', async () => {
  const one = bench(store)
  let fails = 3
  const flaky: Pick<Store, 'performEffect'> = {
    async performEffect(input) {
      fails -= 1
      if (fails >= 0) throw new Error('the store is away')
      return await store.performEffect(input)
    },
  }
  const clock = { ...systemClock, sleep: async () => {} }
  let made = 0
  const ended = await performOnce(
    { ...one.deps, clock, store: { ...store, ...flaky } },
    effectWant(),
    limits(),
    async () => {
      made += 1
      return done('made')
    },
    never,
  )
  expect([ended.got, made, fails]).toEqual(['performed', 1, -1])
})
