// How fast what fell is started again.

import { expect, test } from 'vitest'

import { afterDeath, isCalmAgain, noDeaths } from '../../../src/loops/supervise/restart.ts'
import { defaultSentinel } from '../../../src/model/sentinel.ts'

const waits = defaultSentinel.restartWaitsMs

test('deaths in a row wait longer each time, up to the last wait', () => {
  let deaths = noDeaths(0)
  const seen = Array.from({ length: 9 }, (_, i) => {
    const after = afterDeath(deaths, i * 100, 50, waits)
    deaths = after.deaths
    return after.waitMs
  })
  expect(seen).toEqual([0, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 60_000, 60_000])
})

test('who lived a minute starts again at once', () => {
  const early = afterDeath(noDeaths(0), 0, 10, waits)
  expect(afterDeath(early.deaths, 70_000, 60_000, waits).waitMs).toBe(0)
})

test('four deaths within ten minutes are trouble, and ten minutes without one are calm', () => {
  let deaths = noDeaths(0)
  const troubles = [0, 100_000, 200_000, 300_000].map((at) => {
    const after = afterDeath(deaths, at, 99_000, waits)
    deaths = after.deaths
    return after.isTrouble
  })
  expect(troubles).toEqual([false, false, false, true])
  expect(isCalmAgain(deaths, 400_000)).toBe(false)
  expect(isCalmAgain(deaths, 900_001)).toBe(true)
})

test('who has watched for less than ten minutes calls nothing calm', () => {
  expect(isCalmAgain(noDeaths(500_000), 1_099_999)).toBe(false)
  expect(isCalmAgain(noDeaths(500_000), 1_100_000)).toBe(true)
})
