// Duties: one host at a time, terms that only grow, and writes of a term that is over.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { settled, t0 } from './wants.ts'

const ttl = 45_000
const of = (host: string, pid: number, now: number) => ({
  duties: ['reconcile', 'prune'] as const,
  host,
  pid,
  until: now + ttl,
  now,
})
const first = [
  { duty: 'reconcile', term: 1 },
  { duty: 'prune', term: 1 },
]

export const dutiful = conformance('duties', {
  'the first who asks has them, keeps them by renewing, and the others have none': async ({
    store,
    another,
  }) => {
    const other = await another()
    expect(await store.holdDuties(of('h1', 1, t0))).toEqual(first)
    expect(await other.holdDuties(of('h2', 2, t0))).toEqual([])
    expect(await store.holdDuties(of('h1', 1, t0 + ttl - 1))).toEqual(first)
    expect(await other.holdDuties(of('h2', 2, t0 + ttl))).toEqual([])
    expect((await other.duties()).map(({ duty, host, until }) => [duty, host, until])).toEqual([
      ['prune', 'h1', t0 + 2 * ttl - 1],
      ['reconcile', 'h1', t0 + 2 * ttl - 1],
    ])
    expect(await store.facts({ kinds: ['duty.moved'], limit: 9 })).toEqual([])
  },

  'what was not renewed goes to another host under a new term, and that is a fact': async ({
    store,
    another,
  }) => {
    const other = await another()
    await store.holdDuties(of('h1', 1, t0))
    expect(await other.holdDuties(of('h2', 2, t0 + ttl))).toEqual([
      { duty: 'reconcile', term: 2 },
      { duty: 'prune', term: 2 },
    ])
    expect(await store.holdDuties(of('h1', 1, t0 + ttl + 1))).toEqual([])
    const moved = await store.facts({ kinds: ['duty.moved'], limit: 9 })
    expect(moved.map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        { kind: 'duty.moved', duty: 'prune', host: 'h2', term: 2, from: 'h1' },
      ]),
    )
  },

  'a daemon that was started anew takes over from the one before it at once': async ({ store }) => {
    await store.holdDuties(of('h1', 1, t0))
    const again = await store.holdDuties(of('h1', 7, t0 + 1))
    expect(again.map(({ term }) => term)).toEqual([2, 2])
    expect((await store.holdDuties(of('h1', 7, t0 + 2))).map(({ term }) => term)).toEqual([2, 2])
  },

  'what is laid down is free at once, and its term never begins anew': async ({
    store,
    another,
  }) => {
    const other = await another()
    await store.holdDuties(of('h1', 1, t0))
    expect(await store.layDownDuties({ host: 'h1', pid: 9, now: t0 })).toEqual({ laid: 0 })
    expect(await store.layDownDuties({ host: 'h1', pid: 1, now: t0 + 1 })).toEqual({ laid: 2 })
    const taken = await other.holdDuties(of('h2', 2, t0 + 1))
    expect(taken.map(({ term }) => term)).toEqual([2, 2])
  },

  'of hosts that ask at once one has each duty': async ({ store, another }) => {
    const handles = [store, await another(), await another(), await another()]
    const held = await Promise.all(
      handles.map((handle, i) => handle.holdDuties(of(`h${i}`, i, t0))),
    )
    expect(
      held
        .flat()
        .map(({ duty, term }) => `${duty} ${term}`)
        .toSorted(),
    ).toEqual(['prune 1', 'reconcile 1'])
  },

  'a write under a term that is over does nothing': async ({ store, another }) => {
    const other = await another()
    const { id } = await settled(store, 'done', { now: t0 })
    const old = (await store.holdDuties(of('h1', 1, t0))).find(({ duty }) => duty === 'prune')
    const newer = (await other.holdDuties(of('h2', 2, t0 + ttl))).find(
      ({ duty }) => duty === 'prune',
    )
    const prune = (by: typeof old) =>
      store.prune({ before: t0 + 9_999, limit: 9, now: t0 + ttl, ...(by && { by }) })
    expect(await prune(old)).toEqual({ tasks: 0 })
    expect(await store.task(id)).not.toBeNull()
    expect(await prune(newer)).toEqual({ tasks: 1 })
  },
})
