// How an agent stands is computed from what its lane remembers.

import { expect, test } from 'vitest'

import { ruleOf } from '../../src/model/lane-rules.ts'
import type { GateState } from '../../src/model/gate.ts'
import { freshLane, freshMemory, type LaneMemory } from '../../src/model/lane.ts'
import { streakOf, streakSentence } from '../../src/model/streak.ts'

const stands = (gate: GateState, memory: Partial<LaneMemory>) => {
  const lane = { ...freshLane('agent:ann'), gate, memory: { ...freshMemory, ...memory } }
  const last = lane.memory.streak.at(-1)?.class ?? lane.memory.shutBy
  return streakOf(lane, last === null ? null : ruleOf('agent', last))
}
const shut = { state: 'shut', since: 0, until: 5, reason: '' } as const
const entry = {
  task: 1,
  attempt: 1,
  class: 'unknown',
  agent: 'ann',
  provider: null,
  at: 0,
} as const

test('three failed starts are 3 of 5 with a next try, six are the cooldown', () => {
  const third = stands(shut, { wait: 3, shutBy: 'launch_failed' })
  expect(streakSentence(third)).toBe('dispatch attempts 3 of 5')
  expect(third).toMatchObject({ nextTryAt: 5, coolingDown: false, class: 'launch_failed' })
  const sixth = stands(shut, { wait: 6, shutBy: 'launch_failed' })
  expect(streakSentence(sixth)).toBe('dispatch attempts 5 of 5')
  expect(sixth.coolingDown).toBe(true)
})

test('where the configuration says how many starts may fail, so does the streak; other failures keep their number', () => {
  const stood = (memory: Partial<LaneMemory>) => {
    const lane = { ...freshLane('agent:ann'), gate: shut, memory: { ...freshMemory, ...memory } }
    return streakOf(lane, ruleOf('agent', lane.memory.shutBy ?? 'unknown'), 8)
  }
  const sixth = stood({ wait: 6, shutBy: 'launch_failed' })
  expect([streakSentence(sixth), sixth.coolingDown]).toEqual(['dispatch attempts 6 of 8', false])
  const ninth = stood({ wait: 9, shutBy: 'launch_failed' })
  expect([streakSentence(ninth), ninth.coolingDown]).toEqual(['dispatch attempts 8 of 8', true])
  expect(stood({ wait: 1, shutBy: 'unknown' }).of).toBe(3)
})

test('an agent that came back has no streak, whatever its lane keeps for a relapse', () => {
  const back = stands({ state: 'passing' }, { wait: 4, shutBy: 'launch_failed' })
  expect([back.failures, streakSentence(back), back.nextTryAt]).toEqual([0, '', null])
})

test('a person’s pause is no failure', () => {
  const pinned = { state: 'pinned', since: 0, until: null, by: 'ann', reason: '' } as const
  expect(stands(pinned, { wait: 4, shutBy: 'launch_failed' }).failures).toBe(0)
})

test('failures that have not shut it yet count, and what a person mends has no number of tries', () => {
  expect(streakSentence(stands({ state: 'passing' }, { streak: [entry, entry] }))).toBe(
    'dispatch attempts 2 of 3',
  )
  const pinned = { state: 'pinned', since: 0, until: null, by: 'midwatch', reason: '' } as const
  expect(streakSentence(stands(pinned, { wait: 1, shutBy: 'model_unavailable' }))).toBe(
    '1 failed in a row',
  )
})
