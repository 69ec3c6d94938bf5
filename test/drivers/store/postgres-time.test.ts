// The time of a fleet of many hosts is its database's: a wrong clock of one host moves no date, a clock that steps or a
// database that jumps makes nobody sure until two looks agree.

import { expect, it } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { serverTime } from '../../../src/drivers/store/postgres/server-clock.ts'

const minute = 60_000

/** A machine whose wall clock is wrong by `wrongMs`, and a server whose way takes `wayMs`. */
function world(wrongMs: number, wayMs = 4) {
  let trueMs = 1_800_000_000_000
  let wrong = wrongMs
  let serverWrong = 0
  const began = trueMs
  const machine: Clock = {
    now: () => trueMs + wrong,
    monotonicMs: () => trueMs - began,
    sleep: async (ms) => {
      trueMs += ms
    },
  }
  const time = serverTime(machine)
  let looks = 0
  time.serve(async () => {
    looks += 1
    trueMs += wayMs / 2
    const said = trueMs + serverWrong
    trueMs += wayMs / 2
    return said
  })
  return {
    time,
    machine,
    looks: () => looks,
    trueMs: () => trueMs,
    pass: (ms: number) => {
      trueMs += ms
    },
    step: (ms: number) => {
      wrong += ms
    },
    stepServer: (ms: number) => {
      serverWrong += ms
    },
  }
}

it('a host whose clock is ten minutes ahead dates by the database, and knows by how much', async () => {
  const { time, trueMs } = world(10 * minute)
  expect([time.isSure(), time.offsetMs()]).toEqual([false, null])
  await time.look()
  expect(time.isSure()).toBe(true)
  expect(Math.abs(time.clock.now() - trueMs())).toBeLessThanOrEqual(2)
  expect(Math.abs((time.offsetMs() ?? 0) + 10 * minute)).toBeLessThanOrEqual(2)
})

it('a wall clock that steps moves no date, and nobody is sure before the next look', async () => {
  const { time, trueMs, step, pass } = world(0)
  await time.look()
  step(-10 * minute)
  pass(5_000)
  expect(time.isSure()).toBe(false)
  expect(Math.abs(time.clock.now() - trueMs())).toBeLessThanOrEqual(2)
  await time.look()
  expect([time.isSure(), Math.round((time.offsetMs() ?? 0) / minute)]).toEqual([true, 10])
})

it('a database that jumps is believed once two looks agree', async () => {
  const { time, trueMs, stepServer, looks } = world(0)
  await time.look()
  expect(looks()).toBe(1)
  stepServer(3_600_000)
  await time.look()
  expect([time.isSure(), looks()]).toEqual([true, 3])
  expect(Math.abs(time.clock.now() - trueMs() - 3_600_000)).toBeLessThanOrEqual(2)
})

it('a database that jumps at every look is never believed', async () => {
  const { time, machine } = world(0)
  let asked = 0
  time.serve(async () => {
    asked += 1
    return machine.now() + asked * 1_000_000_000
  })
  await time.look()
  await time.look()
  expect([time.isSure(), asked]).toEqual([false, 5])
})

it('a look that is five minutes old says nothing any more', async () => {
  const { time, pass } = world(0)
  await time.look()
  pass(299_000)
  expect(time.isSure()).toBe(true)
  pass(2_000)
  expect(time.isSure()).toBe(false)
})
