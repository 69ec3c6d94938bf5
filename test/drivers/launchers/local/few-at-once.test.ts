// Sessions come to life a few at a time; whoever is slow keeps nobody waiting for longer than its time.

import { expect, it } from 'vitest'

import { createFewAtOnce } from '../../../../src/drivers/launchers/local/few-at-once.ts'

/** Sessions `1` to `count` that ask at once, under a clock that the test moves. */
function scene(count: number) {
  let nowMs = 0
  let untilMs = 0
  const sleepers: { atMs: number; wake: () => void }[] = []
  const few = createFewAtOnce({
    monotonicMs: () => nowMs,
    sleep: (ms) => new Promise((wake) => void sleepers.push({ atMs: nowMs + ms, wake })),
  })
  const entered: number[] = []
  for (let id = 1; id <= count; id++) void few.enter(id).then(() => entered.push(id))
  const rest = () => new Promise((resolve) => setImmediate(resolve))
  return {
    ...few,
    entered,
    rest,
    async goOn(ms: number): Promise<void> {
      untilMs += ms
      for (;;) {
        await rest()
        sleepers.sort((a, b) => a.atMs - b.atMs)
        const next = sleepers[0]
        if (next === undefined || next.atMs > untilMs) break
        sleepers.shift()
        nowMs = next.atMs
        next.wake()
      }
      nowMs = untilMs
    },
    sleepers: () => sleepers.length,
  }
}

it('four come to life at once, and each that lives lets in the next one in line', async () => {
  const { entered, rest, leave } = scene(7)
  await rest()
  expect(entered).toEqual([1, 2, 3, 4])
  leave(3)
  await rest()
  expect(entered).toEqual([1, 2, 3, 4, 5])
  leave(3)
  leave(99)
  await rest()
  expect(entered).toEqual([1, 2, 3, 4, 5])
})

it('who does not show itself keeps nobody waiting for longer than its time', async () => {
  const { entered, goOn } = scene(10)
  await goOn(49)
  expect(entered).toEqual([1, 2, 3, 4])
  await goOn(1)
  expect(entered).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  await goOn(50)
  expect(entered).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

it('no timer runs while nobody waits', async () => {
  const { entered, rest, sleepers } = scene(4)
  await rest()
  expect([entered, sleepers()]).toEqual([[1, 2, 3, 4], 0])
})
