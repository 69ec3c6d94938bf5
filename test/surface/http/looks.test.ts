// What mechanisms came to, minute by minute.

import { expect, test } from 'vitest'

import type { MechanismState } from '../../../src/model/mechanism.ts'
import { firedOf } from '../../../src/surface/http/facts/fired.ts'
import { createLooks } from '../../../src/surface/http/facts/looks.ts'

const state = (name: string, fired: number, had: number, moved: number): MechanismState => ({
  name,
  host: 'h1',
  lastFiredAt: null,
  lastHadAt: null,
  lastMovedAt: null,
  fired,
  had,
  moved,
  waiting: 0,
  stuckSince: null,
  note: null,
})

test('steps are what came between two looks, and since the last one', () => {
  const looks = createLooks()
  looks.keep([state('time', 1_000, 50, 7)], 0)
  looks.keep([state('time', 1_010, 52, 8)], 60_000)
  expect(looks.steps([state('time', 1_013, 52, 8)])).toEqual([
    { name: 'time', host: 'h1', fired: [10, 3], had: [2, 0], moved: [1, 0] },
  ])
})

test('what came while nobody could look is not drawn as one step, and what is new counts from nothing', () => {
  const looks = createLooks()
  looks.keep(null, 0)
  looks.keep([state('time', 5_000, 9, 9)], 0)
  looks.keep(null, 0)
  const now = [state('time', 5_004, 9, 9), state('claim', 3, 2, 1)]
  expect(looks.steps(now)).toMatchObject([{ fired: [0, 0, 0] }, { fired: [0, 0, 0] }])
  looks.keep([state('time', 5_006, 9, 9)], 0)
  expect(looks.steps(now)[1]).toMatchObject({ fired: [0, 0, 0, 3], had: [0, 0, 0, 2] })
})

test('an hour is kept, and no more', () => {
  const looks = createLooks()
  for (let i = 0; i < 500; i++) looks.keep([state('time', i, 0, 0)], i)
  const [one] = looks.steps([state('time', 500, 0, 0)])
  expect(one?.fired).toEqual(Array.from({ length: 60 }, () => 1))
})

const hourMs = 3_600_000
const minute = 60_000

test('firings between two looks are of all mechanisms, also where nobody could look in between', () => {
  const looks = createLooks()
  looks.keep([state('time', 100, 0, 0), state('claim', 40, 0, 0)], 1_000)
  looks.keep(null, 2_000)
  looks.keep([state('time', 110, 0, 0), state('claim', 45, 0, 0)], 3_000)
  const now = [state('time', 111, 0, 0), state('claim', 45, 0, 0)]
  expect(looks.seen(now, 3_500)).toEqual([
    { from: 1_000, to: 3_000, fired: 15 },
    { from: 3_000, to: 3_500, fired: 1 },
  ])
})

test('a dispatcher that began within the hour has fired nothing before it', () => {
  const now = 10 * hourMs + 40 * minute
  const began = 10 * hourMs + 30 * minute
  const fired = firedOf([{ hour: 10, fired: 600 }], [{ from: began, to: now, fired: 600 }], now)
  expect(fired(10 * hourMs, began)).toBe(0)
  expect(fired(began, began + minute)).toBeCloseTo(60)
  expect(fired(10 * hourMs, now)).toBeCloseTo(600)
})

test('an hour that nobody looked at is shared out, and none is counted twice or lost', () => {
  const now = 10 * hourMs + 30 * minute
  const hours = [
    { hour: 8, fired: 120 },
    { hour: 9, fired: 400 },
    { hour: 10, fired: 100 },
  ]
  const seen = [
    { from: 9 * hourMs + 30 * minute, to: 10 * hourMs + 10 * minute, fired: 400 },
    { from: 10 * hourMs + 10 * minute, to: now, fired: 0 },
  ]
  const fired = firedOf(hours, seen, now)
  expect(fired(8 * hourMs, 8 * hourMs + minute)).toBeCloseTo(2)
  expect(fired(9 * hourMs, 9 * hourMs + 30 * minute)).toBeCloseTo(100) // 300 of the 400 were seen later
  expect(fired(9 * hourMs + 30 * minute, 10 * hourMs)).toBeCloseTo(300)
  expect(fired(10 * hourMs, 10 * hourMs + 10 * minute)).toBeCloseTo(100)
  expect(fired(10 * hourMs + 10 * minute, now)).toBe(0)
  const minutes = Array.from({ length: 150 }, (_, i) => 8 * hourMs + i * minute)
  const all = minutes.reduce((sum, from) => sum + fired(from, from + minute), 0)
  expect(all).toBeCloseTo(fired(8 * hourMs, now))
  expect(all).toBeCloseTo(620)
})
