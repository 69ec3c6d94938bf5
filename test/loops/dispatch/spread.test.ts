// Who waits before a round, and for how long.

import { expect, test } from 'vitest'

import { createSpread, spreadMs } from '../../../src/loops/dispatch/spread.ts'

const row = (name: string, running = true) => ({
  name,
  running,
  bootId: 'b',
  pid: 1,
  startTicks: null,
  pulseAt: 0,
})

async function sleptAmong(names: readonly ReturnType<typeof row>[]): Promise<number[]> {
  const slept: number[] = []
  const clock = {
    now: () => 0,
    monotonicMs: () => 0,
    sleep: async (ms: number) => void slept.push(ms),
  }
  const random = { next: () => 0.5, hex: () => '' }
  const store = { hosts: async () => names as never }
  const spread = createSpread({ store, clock, random, host: { name: 'a' } })
  await spread.look()
  await spread.pause(new AbortController().signal)
  return slept
}

test('a host alone waits for nothing, whoever ran here once', async () => {
  expect(await sleptAmong([row('a'), row('gone', false)])).toEqual([])
})

test('among others it waits a moment of its own, however many they are less than anybody notices', async () => {
  expect(await sleptAmong([row('a'), row('b'), row('c')])).toEqual([3])
  expect(spreadMs(10_000)).toBe(250)
})
