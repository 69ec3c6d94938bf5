// Mechanisms: firing is not moving, and having had nothing to do is not being stuck.

import { expect } from 'vitest'

import { isStuck } from '../../../../src/model/mechanism.ts'
import { conformance } from './world.ts'
import { t0 } from './wants.ts'

const hour = 3_600_000

export const mechanics = conformance('mechanisms', {
  'a firing without anything to do is no stuck mechanism, however often': async ({ store }) => {
    for (let i = 0; i < 3; i += 1)
      await store.reportMechanism({
        host: 'h1',
        firings: [{ name: 'time', had: 0, moved: 0 }],
        now: t0 + i * hour,
      })
    expect(await store.mechanisms()).toEqual([
      {
        name: 'time',
        host: 'h1',
        lastFiredAt: t0 + 2 * hour,
        lastHadAt: null,
        lastMovedAt: null,
        fired: 3,
        had: 0,
        moved: 0,
        waiting: 0,
        stuckSince: null,
        note: null,
      },
    ])
  },

  'something to do and nothing moved is remembered since it began, and ends when something moves':
    async ({ store }) => {
      const fire = (had: number, moved: number, now: number, note: string | null = null) =>
        store.reportMechanism({
          host: 'h1',
          firings: [
            { name: 'calm:night', had, moved, note },
            { name: 'after', had: 0, moved: 0 },
          ],
          now,
        })
      await fire(38, 0, t0, 'load is 9.1 per core')
      await fire(38, 0, t0 + hour, 'load is 9.2 per core')
      const [after, calm] = await store.mechanisms()
      expect(after).toMatchObject({ name: 'after', stuckSince: null })
      expect(calm).toMatchObject({
        stuckSince: t0,
        waiting: 38,
        had: 2,
        lastMovedAt: null,
        note: 'load is 9.2 per core',
      })
      const row = { patienceMs: hour }
      expect(calm !== undefined && isStuck(calm, row, t0 + hour)).toBe(true)
      expect(calm !== undefined && isStuck(calm, row, t0 + hour - 1)).toBe(false)
      await fire(38, 4, t0 + 2 * hour)
      expect((await store.mechanisms())[1]).toMatchObject({
        stuckSince: null,
        moved: 4,
        lastMovedAt: t0 + 2 * hour,
        note: null,
      })
      await fire(34, 0, t0 + 3 * hour)
      await fire(0, 0, t0 + 4 * hour)
      expect((await store.mechanisms())[1]).toMatchObject({ stuckSince: null, waiting: 0 })
    },

  'of firings that are told together, those with something to do are counted, though the newest had nothing':
    async ({ store }) => {
      const firing = { name: 'time', had: 0, moved: 4, times: 9, timesHad: 3 }
      await store.reportMechanism({ host: 'h1', firings: [firing], now: t0 })
      expect(await store.mechanisms()).toMatchObject([
        { fired: 9, had: 3, moved: 4, waiting: 0, lastHadAt: t0, stuckSince: null },
      ])
    },

  'each host tells of its own, and two that tell at once lose nothing': async ({
    store,
    another,
  }) => {
    const other = await another()
    const names = ['b', 'a', 'd', 'c']
    const fire = (at: typeof store, host: string, i: number) =>
      at.reportMechanism({
        host,
        firings: (i % 2 ? names : names.toReversed()).map((name) => ({ name, had: 1, moved: 1 })),
        now: t0 + i,
      })
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => [fire(store, 'h1', i), fire(other, 'h1', i)]).flat(),
    )
    await fire(other, 'h2', 20)
    const told = await store.mechanisms()
    expect(told.map(({ name, host, moved }) => `${name}@${host} ${moved}`)).toEqual(
      ['a', 'b', 'c', 'd'].flatMap((name) => [`${name}@h1 20`, `${name}@h2 1`]),
    )
  },
})
