// Calm is judged from what is felt: what cannot be felt is not calm, and a clock means its own time zone.

import { expect, test } from 'vitest'

import { toWindow } from '../../../src/drivers/config/sections/windows.ts'
import { closedMs, isLeastBusy, judgeCalm, localTimeIn } from '../../../src/lifecycle/calm/judge.ts'
import type { Senses } from '../../../src/model/window.ts'

const minute = 60_000
const hour = 60 * minute
const still: Senses = { loadPerCore: 0.1, freeMemory: 0.6, idleMs: 2 * hour }
const noon = Date.parse('2026-11-20T12:00:00Z') // a Friday
const at = (
  senses: Partial<Senses>,
  more: { others?: number; headroom?: number; now?: number } = {},
) => ({
  senses: { ...still, ...senses },
  others: more.others ?? 0,
  headroom: more.headroom ?? null,
  now: more.now ?? noon,
})
const policy = toWindow('night', {
  load: 0.5,
  memory: '25%',
  others: 1,
  idle: '15m',
  headroom: '50%',
})

test.each([
  ['load', { loadPerCore: 0.6 }, {}, 'load per core is 0.60, at most 0.5'],
  ['memory', { freeMemory: 0.2 }, {}, '20 % of memory is free, at least 25 %'],
  ['people', { idleMs: 3 * minute }, {}, 'somebody typed 3m ago'],
  ['other attempts', {}, { others: 2 }, '2 attempts run here, at most 1'],
  ['accounts', {}, { headroom: 0.4 }, '40 % of the quota is left'],
  ['a load nobody knows', { loadPerCore: null }, {}, 'load per core is unknown'],
  ['people nobody knows of', { idleMs: null }, {}, 'nobody knows'],
])('it is not calm for %s, and says so', (_what, senses, more, sentence) => {
  const judged = judgeCalm(policy, at(senses, more), null)
  expect(judged.calm).toBe(false)
  expect(judged.quietSince).toBeNull()
  expect(judged.why.join()).toContain(sentence)
})

test('it is calm when all of it holds, and only after it has held for long enough', () => {
  expect(judgeCalm(policy, at({}), null)).toMatchObject({ calm: true, why: [], quietSince: noon })
  const patient = { ...policy, forMs: 5 * minute }
  const first = judgeCalm(patient, at({}), null)
  expect([first.calm, first.why]).toEqual([false, ['it has been calm for 0ms of 5m']])
  const before = { ...first, calm: false }
  expect(judgeCalm(patient, at({}, { now: noon + 5 * minute - 1 }), before).calm).toBe(false)
  expect(judgeCalm(patient, at({}, { now: noon + 5 * minute }), before).calm).toBe(true)
  const loud = judgeCalm(patient, at({ loadPerCore: 3 }, { now: noon + minute }), before)
  const again = judgeCalm(patient, at({}, { now: noon + 6 * minute }), { ...loud })
  expect([loud.quietSince, again.calm]).toEqual([null, false])
})

test('an opening is not closed by the attempts it let through', () => {
  const open = { quietSince: noon, busy: [], calm: true }
  expect(judgeCalm(policy, at({}, { others: 5 }), open).calm).toBe(true)
})

test.each([
  ['22:00-06:00 mon-fri', '2026-11-20T23:30:00Z', true], // Friday night
  ['22:00-06:00 mon-fri', '2026-11-21T05:59:00Z', true], // still Friday's
  ['22:00-06:00 mon-fri', '2026-11-21T23:30:00Z', false],
  ['22:00-06:00 mon-fri', '2026-11-23T05:59:00Z', false], // Sunday's night began on Sunday
  ['00:00-24:00 sat,sun', '2026-11-21T12:00:00Z', true],
  ['09:00-17:00', '2026-11-20T08:59:00Z', false],
  ['09:00-17:00', '2026-11-20T17:00:00Z', false],
])('the clock %s at %s: %s', (span, when, isIn) => {
  const clocked = toWindow('w', { clock: [span], timezone: 'UTC' })
  expect(judgeCalm(clocked, at({}, { now: Date.parse(when) }), null).calm).toBe(isIn)
})

test('a window means the time of its zone, over a change of the clocks too', () => {
  const berlin = toWindow('w', { clock: ['02:00-04:00'], timezone: 'Europe/Berlin' })
  const isIn = (when: string) => judgeCalm(berlin, at({}, { now: Date.parse(when) }), null).calm
  expect([isIn('2026-11-20T01:30:00Z'), isIn('2026-11-20T03:30:00Z')]).toEqual([true, false])
  // On this day two o'clock does not exist in Berlin: the window is an hour short.
  expect([isIn('2027-03-28T00:59:00Z'), isIn('2027-03-28T01:00:00Z')]).toEqual([false, true])
  expect([isIn('2027-03-28T01:59:00Z'), isIn('2027-03-28T02:00:00Z')]).toEqual([true, false])
  expect(localTimeIn('Asia/Tokyo', Date.parse('2026-11-20T16:00:00Z')).day).toBe('2026-11-21')
})

test('the least busy time is one that no hour of the last day undercut', () => {
  let before: Parameters<typeof judgeCalm>[2] = null
  for (let i = 0; i < 30; i += 1) {
    const loadPerCore = i % 24 === 4 ? 1 : 3
    const judged = judgeCalm(policy, at({ loadPerCore }, { now: noon + i * hour }), before)
    before = { ...judged, calm: false }
  }
  const busy = before?.busy ?? []
  expect(busy).toHaveLength(24)
  const now = noon + 30 * hour
  expect([isLeastBusy(busy, now, 1), isLeastBusy(busy, now, 3)]).toEqual([true, false])
})

test('what cannot be felt is not taken for calm', () => {
  const blind = judgeCalm(policy, at({ loadPerCore: null }), null)
  expect([blind.calm, blind.why.join()]).toEqual([false, expect.stringContaining('unknown')])
})

test('time outside of a window’s hours is not time that somebody waited for it in vain', () => {
  const nightly = toWindow('night', { clock: ['22:00-06:00'], timezone: 'Europe/Berlin' })
  // From one in the afternoon (Berlin) nine hours are closed, then it is open until six.
  expect(closedMs(nightly, noon, noon + 9 * hour)).toBe(9 * hour)
  expect(closedMs(nightly, noon, noon + 17 * hour)).toBe(9 * hour)
  expect(closedMs(nightly, noon, noon + 24 * hour)).toBe(16 * hour)
  expect(closedMs(toWindow('any', {}), noon, noon + 24 * hour)).toBe(0)
  const weekend = toWindow('weekend', { clock: ['00:00-24:00 sat,sun'], timezone: 'UTC' })
  expect(closedMs(weekend, noon, noon + 7 * 24 * hour)).toBe(5 * 24 * hour)
})
