// Whether the holder of a reservation is gone; and that who can't be judged from here counts as living.

import { describe, expect, test } from 'vitest'

import {
  nextAsking,
  orphanhood,
  overtimeMs,
  type Sight,
} from '../../../src/lifecycle/effects/fence.ts'
import type { ReservedEffect } from '../../../src/model/effect.ts'

const effect = { until: 1_000 } as ReservedEffect
const sight = (over: Partial<Sight>): Sight => ({
  process: 'lives',
  attemptOver: false,
  performing: 0,
  now: 500,
  ...over,
})
const is = (over: Partial<Sight>) => orphanhood(effect, sight(over)).is

describe('a reservation', () => {
  test('is held while its process lives, whatever became of its attempt', () => {
    expect([is({}), is({ attemptOver: true })]).toEqual(['held', 'held'])
  })
  test('is orphaned when its process is gone, or its attempt is over and nobody can be seen', () => {
    expect(is({ process: 'gone' })).toBe('orphaned')
    expect(is({ process: null, attemptOver: true })).toBe('orphaned')
    expect(is({ process: 'elsewhere', attemptOver: true })).toBe('orphaned')
  })
  test('of another host is held until its time is over', () => {
    expect(is({ process: 'elsewhere' })).toBe('held')
    expect(is({ process: 'elsewhere', now: 1_000 + overtimeMs })).toBe('held')
    expect(is({ process: 'elsewhere', now: 1_001 + overtimeMs })).toBe('orphaned')
  })
  test('is held by what still makes it, however dead its holder is, and that has a bound', () => {
    expect(is({ process: 'gone', attemptOver: true, performing: 1 })).toBe('held')
    expect(is({ process: 'gone', performing: 1, now: 1_001 + overtimeMs })).toBe('overdue')
  })
})

test('without an answer it is asked about ever more rarely, and a person is told at the fourth time', () => {
  const waits = [0, 1, 2, 3, 4, 50].map((asked) => nextAsking(asked, 0))
  expect(waits.map((one) => one.askAt)).toEqual([
    2_000, 10_000, 60_000, 300_000, 1_800_000, 1_800_000,
  ])
  expect(waits.map((one) => one.tellPerson)).toEqual([false, false, false, true, true, true])
})
