// Every post-condition fires where something must have happened and has not (S0; incidents 49 and 53), and does not where
// there was nothing to do or work waits at a gate (incidents 50 and 51).

import { describe, expect, test } from 'vitest'

import type { Activity } from '../../src/model/activity.ts'
import {
  defaultExpect,
  expectations,
  findings,
  type FleetView,
  moodOf,
  type Waiting,
} from '../../src/model/expect.ts'
import type { MechanismState } from '../../src/model/mechanism.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = 100 * day

const nothing: Activity = {
  since: 0,
  fired: 3_600,
  enqueued: 0,
  claimed: 0,
  confirmed: 0,
  ended: 0,
  done: 0,
  unverified: 0,
  failed: 0,
  cancelled: 0,
  clientEnded: 0,
  tokens: 0,
  costUsd: 0,
  wastedUsd: 0,
}
const idle: FleetView = {
  now,
  ready: 0,
  unsettled: 0,
  running: 0,
  oldestReadyAt: null,
  takable: false,
  standing: [],
  gates: [],
  mechanisms: [],
  silent: [],
  schedules: [],
  waits: [],
  recent: nothing,
  hour: nothing,
  day: nothing,
  week: nothing,
}
const waiting: Partial<FleetView> = {
  ready: 3,
  unsettled: 3,
  takable: true,
  oldestReadyAt: now - 16 * minute,
}
const stuck: MechanismState = {
  name: 'time',
  host: 'h1',
  lastFiredAt: now,
  lastHadAt: now,
  lastMovedAt: null,
  fired: 900,
  had: 900,
  moved: 0,
  waiting: 2,
  stuckSince: now - 11 * minute,
  note: null,
}
const calmWaits: Waiting = {
  class: 'calm',
  waiting: 38,
  oldest: now - 4 * day,
  lastReleasedAt: null,
}
const paused = {
  ...{ lane: 'fleet', state: 'pinned' as const, since: 0, until: null, by: 'ann', reason: 'away' },
} as const
const names = (view: Partial<FleetView>, expected = defaultExpect) =>
  findings({ ...idle, ...view }, expected).map(({ name }) => name)

/** Where each fires, and its neighbours where it must not. */
const cases: Readonly<
  Record<
    string,
    { fires: Partial<FleetView>; not: Readonly<Record<string, Partial<FleetView>>>; off: object }
  >
> = {
  started: {
    fires: waiting,
    not: {
      'work that just became ready': { ...waiting, oldestReadyAt: now - 14 * minute },
      'work that waits at a gate': { ...waiting, takable: false, standing: ['gate fleet is shut'] },
      'a start within the time': { ...waiting, recent: { ...nothing, claimed: 1, confirmed: 1 } },
    },
    off: { startedMs: null },
  },
  dispatched: {
    fires: { ...waiting, oldestReadyAt: now - 2 * day, recent: { ...nothing, confirmed: 1 } },
    not: {
      'a dispatch within the week': {
        ...waiting,
        oldestReadyAt: now - 2 * day,
        recent: { ...nothing, confirmed: 1 },
        week: { ...nothing, claimed: 1 },
      },
      'a fleet that was paused by a person': {
        ...waiting,
        takable: false,
        oldestReadyAt: now - 30 * day,
      },
    },
    off: { dispatchedMs: null },
  },
  settled: {
    fires: { hour: { ...nothing, claimed: 20, ended: 20 } },
    not: {
      'few endings': { hour: { ...nothing, ended: 19 } },
      'one task that settled': { hour: { ...nothing, ended: 40, failed: 1 } },
    },
    off: { settledOf: null },
  },
  spent: {
    fires: { day: { ...nothing, clientEnded: 3, done: 3, ended: 3 } },
    not: {
      'plain programs alone': { day: { ...nothing, ended: 50, done: 50 } },
      'tokens without a price': { day: { ...nothing, clientEnded: 3, tokens: 10 } },
    },
    off: { spentMs: null },
  },
  verified: {
    fires: { day: { ...nothing, done: 10, unverified: 6 } },
    not: {
      'half of them verified': { day: { ...nothing, done: 10, unverified: 5 } },
      'too few to tell': { day: { ...nothing, done: 9, unverified: 9 } },
    },
    off: { unverifiedMost: null },
  },
  released: {
    fires: { waits: [calmWaits] },
    not: {
      'a short wait': { waits: [{ ...calmWaits, oldest: now - 2 * day }] },
      'another one of the class that was released': {
        waits: [{ ...calmWaits, lastReleasedAt: now - day }],
      },
      'a fleet that a person paused': { waits: [calmWaits], gates: [paused] },
      'a window whose hours have not come': { waits: [{ ...calmWaits, closedMs: 2 * day }] },
      'a class that has more patience': { waits: [{ ...calmWaits, class: 'after' }] },
    },
    off: { waiting: { ...defaultExpect.waiting, calm: null } },
  },
  scheduled: {
    fires: { schedules: [{ name: 'nightly', nextAt: now - hour }] },
    not: {
      'one that is due soon': { schedules: [{ name: 'nightly', nextAt: now + hour }] },
      'one that never fires again': { schedules: [{ name: 'once', nextAt: null }] },
      'one that is just due': { schedules: [{ name: 'nightly', nextAt: now - minute }] },
    },
    off: { moved: false },
  },
  fired: {
    fires: { silent: [{ ...stuck, stuckSince: null, lastFiredAt: now - 4 * hour }] },
    not: {
      'what comes round with nothing to do': { mechanisms: [{ ...stuck, stuckSince: null }] },
    },
    off: { moved: false },
  },
  moved: {
    fires: { mechanisms: [stuck] },
    not: {
      'nothing to do': { mechanisms: [{ ...stuck, stuckSince: null }] },
      'patience that lasts': { mechanisms: [{ ...stuck, stuckSince: now - 9 * minute }] },
      'what persons do': { mechanisms: [{ ...stuck, name: 'person' }] },
      'claims at a gate': { mechanisms: [{ ...stuck, name: 'claim' }] },
    },
    off: { moved: false },
  },
}

describe.each(Object.entries(cases))('%s', (name, { fires, not, off }) => {
  test('fires where it must', () => expect(names(fires)).toEqual([name]))
  test.each(Object.entries(not))('does not fire on %s', (_, view) => {
    expect(names(view)).not.toContain(name)
  })
  test('can be switched off', () => {
    expect(names(fires, { ...defaultExpect, ...off })).not.toContain(name)
  })
})

test('every expectation has its case', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(expectations).sort())
})

test('an idle fleet breaks nothing, however long it is idle', () => {
  expect(names({})).toEqual([])
  expect(names({ unsettled: 5 })).toEqual([])
})

test('no work, work that waits and broken machinery are three different things', () => {
  const mood = (view: Partial<FleetView>) => {
    const whole = { ...idle, ...view }
    return moodOf(whole, findings(whole, defaultExpect))
  }
  expect(mood({})).toBe('idle')
  expect(mood({ ...waiting, takable: false })).toBe('gated')
  expect(mood({ ...waiting, oldestReadyAt: now })).toBe('working')
  expect(mood(waiting)).toBe('broken')
})
