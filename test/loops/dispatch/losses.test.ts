// Whose attempts may be called lost, by whom, and when.

import { expect, test } from 'vitest'

import type { OpenAttempt } from '../../../src/drivers/store/contract.ts'
import {
  lostAttempts,
  steppedBy,
  stillAwake,
  type Wakefulness,
} from '../../../src/loops/dispatch/losses.ts'
import { defaultLimits } from '../../../src/model/limits.ts'
import { ended, taken } from '../../support/nouns.ts'

const { leaseMs, leaseGraceMs } = defaultLimits
const spanMs = leaseMs + leaseGraceMs
const leaseUntil = 1_000_000
const open = (host: string): OpenAttempt => ({
  attempt: ended('lost', { host, state: 'confirmed', verdict: null, endedAt: null, leaseUntil }),
  task: taken(),
})
const awake: Wakefulness = { sinceMs: 0, lastMs: spanMs, lastWallMs: 0 }
const lost = (host: string, now: number, by = awake) =>
  lostAttempts([open(host)], 'here', by, now, defaultLimits)

test('a lease that ran out takes nothing away before its grace is over', () => {
  expect(lost('there', leaseUntil + leaseGraceMs)).toEqual([])
  expect(lost('there', leaseUntil + leaseGraceMs + 1)).toHaveLength(1)
})

test('a host never records the loss of its own attempts', () => {
  expect(lost('here', leaseUntil + 10 * spanMs)).toEqual([])
})

test('who was not awake for lease and grace judges nobody', () => {
  expect(lost('there', leaseUntil + 10 * spanMs, { ...awake, sinceMs: 1 })).toEqual([])
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
