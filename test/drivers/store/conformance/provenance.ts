// Where tasks come from, and how far machines may go by themselves: steps from a person, tasks of one session, tasks below
// one root; and nothing that a sensor brought brings more of the same.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import {
  depthMax,
  type Origin,
  perAttemptMax,
  perRootMax,
} from '../../../../src/model/provenance.ts'
import { enqueue, settled, t0, want } from './wants.ts'
import { conformance } from './world.ts'

const made = async (store: Store, origin: Origin, more = {}) =>
  (await store.enqueue({ ...want(), ...more, origin })).task.id
const bySession = (taskId: number, attemptId = 1): Origin => ({
  kind: 'session',
  taskId,
  attemptId,
})
const bySensor = (taskId: number | null): Origin => ({ kind: 'sensor', taskId })

export const coming = conformance('where tasks come from', {
  'what a person wants has no provenance; what a session adds names its root and its steps from a person':
    async ({ store }) => {
      const { id: root } = await enqueue(store)
      expect(await store.provenance(root)).toBe(null)
      const one = await made(store, bySession(root))
      const two = await made(store, bySession(one))
      expect(await store.provenance(two)).toEqual({
        ...{ taskId: two, kind: 'session', parent: one, root, depth: 2, sensed: 0 },
      })
    },

  'sessions go no further than three steps from a person, and what is refused leaves nothing':
    async ({ store }) => {
      let { id } = await enqueue(store)
      for (let depth = 1; depth <= depthMax; depth++) id = await made(store, bySession(id))
      const before = (await store.briefs({ limit: 99 })).tasks.length
      await expect(made(store, bySession(id))).rejects.toMatchObject({ code: 'session.too_deep' })
      expect((await store.briefs({ limit: 99 })).tasks).toHaveLength(before)
      expect(await made(store, { kind: 'review', taskId: id })).toBeGreaterThan(id)
    },

  'one session adds so many tasks and no more, and all below one root are bounded': async ({
    store,
  }) => {
    const { id: root } = await enqueue(store)
    for (let i = 0; i < perAttemptMax; i++) await made(store, bySession(root, 7))
    await expect(made(store, bySession(root, 7))).rejects.toMatchObject({
      code: 'session.too_many',
    })
    for (let i = perAttemptMax; i < perRootMax; i++) await made(store, bySession(root, 8 + (i % 9)))
    await expect(made(store, bySession(root, 99))).rejects.toMatchObject({
      code: 'provenance.budget',
    })
    const { id: other } = await enqueue(store)
    expect(await made(store, bySession(other, 99))).toBeGreaterThan(other)
  },

  'two who add at the edge of a budget at once do not both find room': async ({
    store,
    another,
  }) => {
    const { id: root } = await enqueue(store)
    for (let i = 1; i < perRootMax; i++) await made(store, bySession(root, 1 + (i % 9)))
    const other = await another()
    const both = await Promise.allSettled([
      made(store, bySession(root, 20)),
      made(other, bySession(root, 21)),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  },

  'recovery recovers no recovery: what is seen in the work at what a sensor brought makes nothing, however far below':
    async ({ store }) => {
      const person = await settled(store, 'failed')
      const rescue = await made(store, bySensor(person.id))
      expect(await store.provenance(rescue)).toMatchObject({ root: person.id, sensed: 1 })
      await expect(made(store, bySensor(rescue))).rejects.toMatchObject({
        code: 'provenance.own_output',
      })
      const below = await made(store, bySession(rescue))
      const review = await made(store, { kind: 'review', taskId: below })
      for (const id of [below, review])
        await expect(made(store, bySensor(id))).rejects.toMatchObject({
          code: 'provenance.own_output',
        })
      const allowed = await made(store, { kind: 'sensor', taskId: below, most: 2 })
      expect(await store.provenance(allowed)).toMatchObject({ root: person.id, sensed: 2 })
      for (const nobody of [null, 9_999]) {
        const seen = await made(store, bySensor(nobody))
        expect(await store.provenance(seen)).toMatchObject({ root: seen, depth: 1, parent: null })
      }
    },

  'a key that is taken answers with its task, whatever wants it': async ({ store }) => {
    const rescue = await made(store, bySensor(null), { key: { key: 'k', scope: 'open' } })
    const again = await store.enqueue({
      ...want({ key: { key: 'k', scope: 'open' } }),
      origin: bySensor(rescue),
    })
    expect(again).toMatchObject({ deduped: true, task: { id: rescue } })
  },

  'provenance goes with its task when it is pruned': async ({ store, sql }) => {
    const id = await made(store, bySensor(null))
    await store.settleByHand({ taskId: id, outcome: 'done', by: 'ann', reason: '', now: t0 })
    expect(await store.prune({ before: t0 + 1, limit: 9, now: t0 })).toEqual({ tasks: 1 })
    expect(await sql('SELECT * FROM provenance')).toEqual([])
  },
})
