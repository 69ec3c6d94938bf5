// The ledger of effects: who wins a key, who is fenced, what is asked, what is forgotten, and what no statement may do.

import { expect } from 'vitest'

import type { ReserveInput } from '../../../../src/drivers/store/contract/effects.ts'
import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { Effect, EffectResult } from '../../../../src/model/effect.ts'
import { conformance } from './world.ts'
import { passed, refusedCode, success, t0, taken } from './wants.ts'

export const result: EffectResult = { output: 'sent', errors: '', truncated: false, receipt: '250' }

export const reservation = (over: Partial<ReserveInput> = {}): ReserveInput => ({
  key: 'report:1',
  kind: 'mail',
  paramsHash: 'aaaa',
  params: { to: 'ann' },
  check: null,
  holder: { attemptId: null, process: null },
  until: t0 + 1_000,
  noTwinSince: null,
  by: 'ann',
  now: t0,
  ...over,
})

export const reserve = async (store: Store, over: Partial<ReserveInput> = {}) =>
  passed(await store.reserveEffect(reservation(over)))

export const perform = (store: Store, epoch = 1, key = 'report:1') =>
  store.performEffect({ key, epoch, result, by: 'ann', now: t0 + 1 })
export const fail = (store: Store, epoch = 1, key = 'report:1') =>
  store.failEffect({ key, epoch, reason: 'refused', by: 'ann', now: t0 + 1 })
export const doubt = (store: Store, epoch = 1, askAt: number | null = t0, key = 'report:1') =>
  store.doubtEffect({
    key,
    epoch,
    reason: 'its holder is gone',
    askAt,
    tellPerson: askAt === null,
    now: t0 + 1,
  })

const stateOf = async (store: Store, key = 'report:1') => (await store.effect(key))?.state
const kinds = async (store: Store) =>
  (await store.facts({ limit: 100 })).map(({ body }) => body.kind)

export const ledger = conformance('the ledger of effects', {
  'a key is reserved once, and what it gave is given to everybody who asks again': async ({
    store,
  }) => {
    const first = await reserve(store)
    expect(first).toMatchObject({ yours: true, effect: { state: 'reserved', epoch: 1 } })
    expect(await reserve(store)).toMatchObject({ yours: false, effect: { state: 'reserved' } })
    passed(await perform(store))
    expect(await reserve(store)).toMatchObject({
      yours: false,
      effect: { state: 'performed', result, by: 'ann', settledAt: t0 + 1 },
    })
    expect(await kinds(store)).toEqual(['effect.reserved', 'effect.performed', 'effect.repeated'])
  },

  'other parameters or another kind under the same key are refused, with both hashes': async ({
    store,
  }) => {
    await reserve(store)
    for (const over of [{ paramsHash: 'bbbb' }, { kind: 'webhook' }]) {
      const answer = await store.reserveEffect(reservation(over))
      expect(refusedCode(answer)).toBe('effect.mismatch')
    }
    passed(await perform(store))
    const late = await store.reserveEffect(reservation({ paramsHash: 'bbbb' }))
    expect(late).toMatchObject({ refusal: { code: 'effect.mismatch' } })
    expect(late.ok ? '' : late.refusal.sentence).toMatch(/aaaa.*bbbb/)
    expect((await store.effect('report:1'))?.paramsHash).toBe('aaaa')
  },

  'of twenty at once exactly one wins': async ({ store, another }) => {
    const other = await another()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 === 0 ? store : other).reserveEffect(reservation({ by: `caller ${i}` })),
      ),
    )
    expect(answers.filter((one) => passed(one).yours)).toHaveLength(1)
    expect((await kinds(store)).filter((kind) => kind === 'effect.reserved')).toHaveLength(1)
  },

  'the same effect under another key is refused where it may not have a twin': async ({
    store,
  }) => {
    const noTwinSince = t0 - 10
    await reserve(store, { noTwinSince })
    const twin = (over: Partial<ReserveInput> = {}) =>
      store.reserveEffect(reservation({ key: 'mine:2', noTwinSince, ...over }))
    expect(refusedCode(await twin())).toBe('effect.twin')
    passed(await perform(store))
    expect(refusedCode(await twin())).toBe('effect.twin')
    passed(await twin({ paramsHash: 'bbbb' }))
    passed(await twin({ key: 'mine:3', noTwinSince: t0 + 5 })) // long ago
    passed(await twin({ key: 'mine:4', noTwinSince: null })) // a kind that may repeat
  },

  'two keys for the same effect at once: one is refused': async ({ store, another }) => {
    const other = await another()
    const answers = await Promise.all(
      [store, other, store, other].map((one, i) =>
        one.reserveEffect(reservation({ key: `key:${i}`, noTwinSince: t0 - 10 })),
      ),
    )
    expect(answers.filter((one) => one.ok)).toHaveLength(1)
  },

  'what failed may be tried again, with the next epoch, and the one before is fenced': async ({
    store,
  }) => {
    await reserve(store)
    passed(await fail(store))
    expect(await reserve(store, { by: 'bob' })).toMatchObject({
      yours: true,
      effect: { epoch: 2 },
    })
    for (const late of [await perform(store), await fail(store), await doubt(store)])
      expect(refusedCode(late)).toBe('effect.stale')
    expect(await stateOf(store)).toBe('reserved')
    expect((await kinds(store)).filter((kind) => kind === 'write.refused')).toHaveLength(3)
    passed(await perform(store, 2))
  },

  'what is in doubt is neither done nor tried again until somebody answers': async ({ store }) => {
    await reserve(store)
    passed(await doubt(store))
    expect(await reserve(store)).toMatchObject({
      yours: false,
      effect: { state: 'uncertain', reason: 'its holder is gone', askAt: t0, asked: 0 },
    })
    passed(
      await store.effectUnanswered({
        key: 'report:1',
        epoch: 1,
        why: 'the server is away',
        askAt: t0 + 50,
        tellPerson: false,
        now: t0,
      }),
    )
    expect(await store.effect('report:1')).toMatchObject({ asked: 1, askAt: t0 + 50 })
    expect(await store.openEffects({ now: t0 + 49, limit: 9 })).toEqual([])
    const open = await store.openEffects({ now: t0 + 50, limit: 9 })
    expect(open).toHaveLength(1)
    const after = open[0]?.effect.id ?? 0
    expect(await store.openEffects({ now: t0 + 50, after, limit: 9 })).toEqual([])
    passed(await fail(store))
    expect(await reserve(store)).toMatchObject({ yours: true, effect: { epoch: 2 } })
  },

  'a person is asked once, and the answer ends the incident': async ({ store }) => {
    await reserve(store)
    passed(await doubt(store, 1, null))
    passed(await doubt(store, 1, null))
    const open = () => store.incidents({ openOnly: true, limit: 9 })
    expect(await open()).toMatchObject([
      { key: 'effect:report:1', count: 1, data: { needsPerson: true } },
    ])
    passed(await perform(store))
    expect(await open()).toEqual([])
    expect(await stateOf(store)).toBe('performed')
  },

  'the late word of a holder that it happened is believed while nobody tried again': async ({
    store,
  }) => {
    await reserve(store)
    passed(await doubt(store))
    passed(await fail(store)) // the check found nothing yet
    passed(await perform(store))
    expect(await stateOf(store)).toBe('performed')
    expect(refusedCode(await fail(store, 2))).toBe('effect.performed')
    expect(await reserve(store)).toMatchObject({ yours: false, effect: { state: 'performed' } })
  },

  'the same word twice is one word': async ({ store }) => {
    await reserve(store)
    passed(await perform(store))
    passed(await perform(store))
    await reserve(store, { key: 'other' })
    passed(await fail(store, 1, 'other'))
    passed(await fail(store, 1, 'other'))
    expect((await kinds(store)).filter((kind) => kind === 'effect.performed')).toHaveLength(1)
    expect((await kinds(store)).filter((kind) => kind === 'effect.failed')).toHaveLength(1)
  },

  'an attempt that is over reserves nothing, and what it had reserved is known to be orphaned':
    async ({ store }) => {
      const { attempt, task } = await taken(store)
      const holder = { attemptId: attempt.id, process: null }
      expect(await reserve(store, { holder })).toMatchObject({
        effect: { taskId: task.id, holder: { attemptId: attempt.id } },
      })
      const orphans = async () =>
        (await store.openEffects({ now: t0, limit: 9 })).map((one) => one.attemptOver)
      expect(await orphans()).toEqual([false])
      passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 }))
      expect(await orphans()).toEqual([true])
      const late = await store.reserveEffect(reservation({ key: 'late', holder }))
      expect(refusedCode(late)).toBe('attempt.ended')
      expect(await store.effect('late')).toBeNull()
    },

  'an attempt that settled its task still makes its effects': async ({ store }) => {
    const { attempt } = await taken(store)
    passed(await store.say({ attemptId: attempt.id, word: 'done', text: '', now: t0 }))
    await reserve(store, { holder: { attemptId: attempt.id, process: null } })
    passed(await perform(store))
    expect(await stateOf(store)).toBe('performed')
  },

  'effects are listed newest first, by state and kind, page by page': async ({ store }) => {
    for (const key of ['a', 'b', 'c']) await reserve(store, { key })
    await reserve(store, { key: 'd', kind: 'webhook' })
    passed(await perform(store, 1, 'b'))
    const keys = (found: readonly Effect[]) => found.map((one) => one.key)
    expect(keys(await store.effects({ limit: 9 }))).toEqual(['d', 'c', 'b', 'a'])
    expect(keys(await store.effects({ kind: 'mail', limit: 9 }))).toEqual(['c', 'b', 'a'])
    expect(keys(await store.effects({ states: ['performed'], limit: 9 }))).toEqual(['b'])
    const [, second] = await store.effects({ limit: 2 })
    expect(keys(await store.effects({ before: second?.id ?? 0, limit: 9 }))).toEqual(['b', 'a'])
  },

  'what is old is forgotten by kind, and then its key is new; what is open never is': async ({
    store,
  }) => {
    for (const key of ['a', 'b', 'c']) await reserve(store, { key })
    passed(await perform(store, 1, 'a'))
    passed(await doubt(store, 1, t0, 'b'))
    const prune = (kind: string, before: number) =>
      store.pruneEffects({ kind, before, limit: 9, now: t0 + 9 })
    expect(await prune('webhook', t0 + 9)).toEqual({ effects: 0 })
    expect(await prune('mail', t0 + 1)).toEqual({ effects: 0 })
    expect(await prune('mail', t0 + 2)).toEqual({ effects: 1 })
    expect([
      await stateOf(store, 'a'),
      await stateOf(store, 'b'),
      await stateOf(store, 'c'),
    ]).toEqual([undefined, 'uncertain', 'reserved'])
    expect(await reserve(store, { key: 'a', paramsHash: 'bbbb' })).toMatchObject({
      yours: true,
      effect: { epoch: 1 },
    })
  },
})
