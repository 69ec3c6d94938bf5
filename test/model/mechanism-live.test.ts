// What left the configuration, a host that is gone and a duty that moved have nothing to do any more: their last word accuses
// nobody. A loop that no longer comes round is told from one that has just begun.

import { expect, test } from 'vitest'

import type { MechanismState } from '../../src/model/mechanism.ts'
import { isSilent, liveMechanisms } from '../../src/model/mechanism-live.ts'

const hour = 3_600_000
const now = 100 * hour

const state = (name: string, host: string, firedAt: number): MechanismState => ({
  ...{ name, host, lastFiredAt: firedAt, lastHadAt: firedAt, lastMovedAt: null },
  ...{ fired: 9, had: 9, moved: 0, waiting: 1, stuckSince: firedAt - hour, note: null },
})
const live = (states: readonly MechanismState[], config = {}) =>
  liveMechanisms(states, config).map(({ name, host }) => `${name} ${host}`)

test('a window or a sensor that left the configuration is not judged any more', () => {
  const states = [state('calm:night', 'h1', now), state('sensors:inbox', 'h1', now)]
  expect(live(states, { windows: [{ name: 'night' }], sensors: [{ name: 'inbox' }] })).toEqual([
    'calm:night h1',
    'sensors:inbox h1',
  ])
  expect(live(states)).toEqual([])
  expect(live([state('sensors', 'h1', now), state('nothing of ours', 'h1', now)])).toEqual([])
})

test('a host that fires no more while another one does is left to who judges hosts', () => {
  const states = [state('claim', 'h1', now), state('claim', 'h2', now - 2 * hour)]
  expect(live(states)).toEqual(['claim h1'])
  expect(live([state('claim', 'h2', now - 90 * hour)])).toEqual(['claim h2'])
})

test('of a duty only the host counts that told last', () => {
  expect(live([state('prune', 'h1', now - 60_000), state('prune', 'h2', now)])).toEqual([
    'prune h2',
  ])
})

test('a loop is silent when others of its host come round, counted from the start of its dispatcher', () => {
  const states = [state('claim', 'h1', now), state('locks', 'h1', now - 4 * hour)]
  const [claim, locks] = states
  if (claim === undefined || locks === undefined) throw new Error('both are there')
  expect(isSilent(claim, states, 0)).toBe(false)
  expect(isSilent(locks, states, 0)).toBe(true)
  expect(isSilent(locks, states, now - 60_000)).toBe(false)
  // Each sensor has its own pace, and says nothing between two looks.
  expect(isSilent(state('sensors:inbox', 'h1', 0), states, 0)).toBe(false)
})
