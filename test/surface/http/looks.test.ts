// What mechanisms came to, minute by minute.

import { expect, test } from 'vitest'

import type { MechanismState } from '../../../src/model/mechanism.ts'
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
  looks.keep([state('time', 1_000, 50, 7)])
  looks.keep([state('time', 1_010, 52, 8)])
  expect(looks.steps([state('time', 1_013, 52, 8)])).toEqual([
    { name: 'time', host: 'h1', fired: [10, 3], had: [2, 0], moved: [1, 0] },
  ])
})

test('what came while nobody could look is not drawn as one step, and what is new counts from nothing', () => {
  const looks = createLooks()
  looks.keep(null)
  looks.keep([state('time', 5_000, 9, 9)])
  looks.keep(null)
  const now = [state('time', 5_004, 9, 9), state('claim', 3, 2, 1)]
  expect(looks.steps(now)).toMatchObject([{ fired: [0, 0, 0] }, { fired: [0, 0, 0] }])
  looks.keep([state('time', 5_006, 9, 9)])
  expect(looks.steps(now)[1]).toMatchObject({ fired: [0, 0, 0, 3], had: [0, 0, 0, 2] })
})

test('an hour is kept, and no more', () => {
  const looks = createLooks()
  for (let i = 0; i < 500; i++) looks.keep([state('time', i, 0, 0)])
  const [one] = looks.steps([state('time', 500, 0, 0)])
  expect(one?.fired).toEqual(Array.from({ length: 60 }, () => 1))
})
