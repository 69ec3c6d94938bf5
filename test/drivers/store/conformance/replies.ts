// Idempotency keys: taken once, answered once, and forgotten after a day.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { t0 } from './wants.ts'

const day = 24 * 3_600_000

export const replying = conformance('idempotency keys', {
  'a key is taken by one, whose answer everybody is told from then on': async ({ store }) => {
    const ask = { key: 'k', asked: 'POST /x', asker: 'a', now: t0 }
    expect(await store.takeReply(ask)).toEqual({ state: 'fresh' })
    const again = await store.takeReply({ ...ask, asker: 'b', asked: 'POST /y', now: t0 + 1 })
    expect(again).toEqual({ state: 'begun', asked: 'POST /x', asker: 'a', at: t0 })
    await store.keepReply({ key: 'k', asker: 'b', status: 200, answer: 'of another' })
    expect(await store.takeReply(ask)).toMatchObject({ state: 'begun' })
    await store.keepReply({ key: 'k', asker: 'a', status: 200, answer: '{"done":true}' })
    await store.keepReply({ key: 'k', asker: 'a', status: 200, answer: 'later' })
    await store.dropReply({ key: 'k', asker: 'a' })
    expect(await store.takeReply({ ...ask, asker: 'b' })).toEqual({
      state: 'answered',
      asked: 'POST /x',
      status: 200,
      answer: '{"done":true}',
    })
  },

  'a key that is let go is free, and only its taker lets it go': async ({ store }) => {
    const ask = { key: 'k', asked: 'POST /x', asker: 'a', now: t0 }
    await store.takeReply(ask)
    await store.dropReply({ key: 'k', asker: 'b' })
    expect(await store.takeReply({ ...ask, asker: 'b' })).toMatchObject({ state: 'begun' })
    await store.dropReply({ key: 'k', asker: 'a' })
    expect(await store.takeReply({ ...ask, asker: 'b' })).toEqual({ state: 'fresh' })
  },

  'of many who take a key at once one gets it': async ({ store }) => {
    const taken = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        store.takeReply({ key: 'k', asked: 'POST /x', asker: `a${i}`, now: t0 }),
      ),
    )
    expect(taken.filter(({ state }) => state === 'fresh')).toHaveLength(1)
  },

  'what is a day old is forgotten': async ({ store }) => {
    const ask = { key: 'k', asked: 'POST /x', asker: 'a', now: t0 }
    await store.takeReply(ask)
    await store.keepReply({ key: 'k', asker: 'a', status: 200, answer: '{}' })
    expect(await store.takeReply({ ...ask, now: t0 + day })).toMatchObject({ state: 'answered' })
    expect(await store.takeReply({ ...ask, now: t0 + day + 1 })).toEqual({ state: 'fresh' })
  },
})
