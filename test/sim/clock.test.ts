// Simulated time: in order, apart from the real one, and each machine's own.

import { expect, test } from 'vitest'

import { clockOf, Time, Timeline } from '../../sim/clock.ts'

test('timers fire by their time, and among equals in the order of their making', async () => {
  const time = new Time(1_000)
  const fired: string[] = []
  for (const [name, ms] of [
    ['c', 30],
    ['a', 10],
    ['b', 10],
    ['d', 30],
  ] as const)
    time.after(ms, () => fired.push(`${name}${time.nowMs}`))
  await time.run(1_020)
  expect(fired).toEqual(['a1010', 'b1010'])
  expect(time.nowMs).toBe(1_020)
  await time.run(2_000)
  expect(fired).toEqual(['a1010', 'b1010', 'c1030', 'd1030'])
})

test('everything that can go on does, before time does', async () => {
  const time = new Time(0)
  const clock = clockOf(new Timeline(time))
  const seen: number[] = []
  void (async () => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(5)
      for (let deep = 0; deep < 50; deep++) await null
      seen.push(time.nowMs)
    }
  })()
  await time.run(100)
  expect(seen).toEqual([5, 10, 15])
})

test('a cancelled timer and an aborted sleep end without their time', async () => {
  const time = new Time(0)
  const timeline = new Timeline(time)
  let fired = false
  timeline.after(10, () => (fired = true)).cancel()
  const woken = new AbortController()
  let wokeAt = -1
  void clockOf(timeline)
    .sleep(1_000, woken.signal)
    .then(() => (wokeAt = time.nowMs))
  time.after(3, () => woken.abort())
  await time.run(50)
  expect(fired).toBe(false)
  expect(wokeAt).toBe(3)
})

test('a suspended machine stands still: its timers come later, its monotonic clock stops, its wall clock does not', async () => {
  const time = new Time(0)
  const timeline = new Timeline(time)
  let firedAt = -1
  timeline.after(100, () => (firedAt = time.nowMs))
  await time.run(40)
  timeline.suspend()
  await time.run(1_040)
  expect(firedAt).toBe(-1)
  expect(timeline.monotonicMs()).toBe(40)
  expect(timeline.now()).toBe(1_040)
  timeline.resume()
  await time.run(5_000)
  expect(firedAt).toBe(1_100)
  expect(timeline.monotonicMs()).toBe(4_000)
})

test('a wall clock steps without touching what is measured', () => {
  const timeline = new Timeline(new Time(0))
  timeline.step(-7_200_000)
  expect(timeline.now()).toBe(-7_200_000)
  expect(timeline.monotonicMs()).toBe(0)
})
