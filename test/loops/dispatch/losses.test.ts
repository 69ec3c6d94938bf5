// Whose attempts may be called lost, by whom, and when.

import { expect, test } from 'vitest'

import type { OpenAttempt } from '../../../src/drivers/store/contract/shapes.ts'
import {
  lostAttempts,
  type SeenLeases,
  seeLeases,
  steppedBy,
  stillAwake,
  type Wakefulness,
} from '../../../src/loops/dispatch/losses.ts'
import { defaultLimits } from '../../../src/model/limits.ts'
import { ended, taken } from '../../support/nouns.ts'

const { leaseMs, leaseGraceMs } = defaultLimits
const spanMs = leaseMs + leaseGraceMs
const open = (host: string, leaseUntil = 1_000_000): OpenAttempt => ({
  attempt: ended('lost', { host, state: 'confirmed', verdict: null, endedAt: null, leaseUntil }),
  task: taken(),
})
const awakeAt = (lastMs: number, sinceMs = 0): Wakefulness => ({
  sinceMs,
  lastMs,
  lastWallMs: lastMs,
})

/** What is called lost when these looks were taken, each at its time; the newest look decides. */
function lostAfter(looks: readonly { at: number; open: OpenAttempt; sinceMs?: number }[]) {
  let seen: SeenLeases = new Map()
  let lost: readonly OpenAttempt[] = []
  for (const look of looks) {
    const awake = awakeAt(look.at, look.sinceMs)
    seen = seeLeases(seen, [look.open], 'here', awake, look.at)
    lost = lostAttempts([look.open], seen, awake, defaultLimits)
  }
  return lost
}

test('a lease takes nothing away before it stood still for lease and grace', () => {
  const first = { at: 5, open: open('there') }
  expect(lostAfter([first, { at: 5 + spanMs - 1, open: open('there') }])).toEqual([])
  expect(lostAfter([first, { at: 5 + spanMs, open: open('there') }])).toHaveLength(1)
})

test('a lease that is renewed is alive, however wrong its date is', () => {
  const longAgo = [0, 1, 2, 3].map((n) => ({ at: n * spanMs, open: open('there', -7_200_000 + n) }))
  expect(lostAfter(longAgo)).toEqual([])
})

test('a lease dated hours ahead by a clock that is off is lost all the same when it stands still', () => {
  const ahead = open('there', 100 * 3_600_000)
  expect(lostAfter([0, spanMs].map((at) => ({ at, open: ahead })))).toHaveLength(1)
})

test('a host never records the loss of its own attempts', () => {
  expect(lostAfter([0, 10 * spanMs].map((at) => ({ at, open: open('here') })))).toEqual([])
})

test('a lease that was read late in its look stands still from then on', () => {
  const lateMs = 20_000
  const there = open('there')
  const seen = seeLeases(new Map(), [there], 'here', awakeAt(0), lateMs)
  const lostAt = (at: number) => {
    const now = seeLeases(seen, [there], 'here', awakeAt(at), at)
    return lostAttempts([there], now, awakeAt(at), defaultLimits)
  }
  expect(lostAt(spanMs)).toEqual([])
  expect(lostAt(spanMs + lateMs)).toHaveLength(1)
})

test('who was away in between has seen nothing', () => {
  const looks = [
    { at: 0, open: open('there') },
    { at: spanMs, open: open('there'), sinceMs: spanMs },
  ]
  expect(lostAfter(looks)).toEqual([])
})

test('a gap in our own looks, or a wall clock that steps, makes us newly awake', () => {
  const before: Wakefulness = { sinceMs: 0, lastMs: 50_000, lastWallMs: 50_000 }
  expect(stillAwake(before, 51_000, 51_000, defaultLimits).sinceMs).toBe(0)
  expect(
    stillAwake(before, 50_001 + leaseMs / 2, 50_001 + leaseMs / 2, defaultLimits).sinceMs,
  ).toBe(50_001 + leaseMs / 2)
  expect(stillAwake(before, 51_000, 51_000 - 60_000, defaultLimits).sinceMs).toBe(51_000)
  expect(steppedBy(before, 51_000, 51_000 + 3_600_000)).toBe(3_600_000)
  expect(steppedBy(before, 51_000, 51_100)).toBe(0)
})
