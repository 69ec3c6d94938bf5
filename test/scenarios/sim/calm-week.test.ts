// S0 and incident 53, over seven simulated days: 164 tasks wait, 38 of them for a calm machine, and the machine never is. The timer fires; on
// day one the audit and one incident say who lets none through; the escape ends the wait of who may not wait for ever; and
// when calm comes, the others run in the numbers that were set.

import { expect } from 'vitest'

import { auditWaits } from '../../../src/loops/dispatch/audit.ts'
import type { WindowPolicy } from '../../../src/model/window.ts'
import { ails, fleet, hour, minute, scenario, timeGoesOn, type Town, work } from './language.ts'

const window = (name: string, more: Partial<WindowPolicy> = {}): WindowPolicy => ({
  name,
  clock: [],
  timezone: 'UTC',
  load: 0.5,
  memory: null,
  others: null,
  idleMs: null,
  headroom: null,
  forMs: 0,
  perWindow: null,
  perDay: null,
  maxWaitMs: null,
  escape: 'ask',
  labels: [],
  tellAfterMs: 12 * hour,
  ...more,
})
const windows = [
  window('night', { others: 1, perWindow: 10 }),
  window('quiet', { perWindow: 2, maxWaitMs: 72 * hour, escape: 'run' }),
]
const many = (n: number, name: string, more: object) =>
  Array.from({ length: n }, (_, i) => work(`w${name}${i}`, { workMs: 2 * minute, ...more }))

const audit = async ({ world, setting }: Town) =>
  await auditWaits({
    store: world.store,
    config: setting.config.lastGood,
    clock: {
      now: () => world.time.nowMs,
      monotonicMs: () => world.time.nowMs,
      sleep: async () => {},
    },
  })
const told = async ({ world }: Town, name: string) =>
  (await world.store.incidents({ openOnly: false, limit: 99 })).filter(({ key }) =>
    key.startsWith(`window:${name}@`),
  )
/** The one that stands. The others are those that a person called over, though they were not. */
async function standing(town: Town) {
  const all = await told(town, 'night')
  const over = all.filter(({ resolvedAt }) => resolvedAt !== null)
  expect(over.every(({ resolvedBy }) => resolvedBy === 'ann')).toBe(true)
  expect(all.length - over.length).toBeLessThanOrEqual(1)
  return all.at(0)
}
const done = async ({ world }: Town) => (await world.store.counts()).done

scenario(
  'for seven days no window opens: named on day one, let out where that was set, and calm comes in caps',
)
  .given(
    fleet({
      agents: 3,
      hostSlots: 4,
      agentSlots: 4,
      configured: (config) => ({ ...config, windows }),
    }),
    ...many(30, 'night', { traits: { calm: 'night' } }),
    ...many(8, 'quiet', { traits: { calm: 'quiet' } }),
    ...many(126, 'later', { notBeforeMs: Date.UTC(2026, 0, 12, 12) }),
  )
  .when(
    ails({ loud: true }),
    timeGoesOn(11 * hour),
    async (town) => {
      expect(await town.world.store.counts()).toMatchObject({ held: 126, ready: 38, done: 0 })
      expect(await told(town, 'night')).toEqual([])
    },
    timeGoesOn(12 * hour),
    async (town) => {
      expect((await standing(town))?.title).toContain('30 tasks wait for the calm window night')
      const lines = (await audit(town)).filter((line) => line.class.startsWith('calm:'))
      expect(lines.map(({ waiting, flag }) => [waiting, flag === null])).toEqual([
        [30, false],
        [8, false],
      ])
      expect(await done(town)).toBe(0)
    },
    timeGoesOn(6 * 24 * hour),
    async (town) => {
      expect(await done(town)).toBe(8)
      expect(await town.facts('task.waived')).toHaveLength(8)
      expect(await standing(town)).toBeDefined()
      const fired = await town.world.store.mechanisms()
      expect(fired.find(({ name }) => name === 'calm:night')?.fired).toBeGreaterThan(50_000)
      expect((await town.world.store.counts()).ready).toBe(30)
    },
    ails({ loud: false }),
    (town) =>
      town.until(
        'the machine is calm',
        async () => (await town.world.store.counts()).done > 8,
        minute,
      ),
    timeGoesOn(2 * hour),
    async (town) => {
      const [opening] = await town.world.store.openings({ name: 'night', limit: 1 })
      expect(opening).toMatchObject({ taken: 10 })
      expect(await done(town)).toBe(18)
    },
  )
  .seen(async (town) => {
    expect((await town.world.store.counts()).done).toBe(164)
    const openings = await town.world.store.openings({ name: 'night', limit: 9 })
    expect(openings.map(({ taken }) => taken)).toEqual([10, 10, 10])
    expect((await told(town, 'night')).every(({ resolvedAt }) => resolvedAt !== null)).toBe(true)
  }, 240_000)
