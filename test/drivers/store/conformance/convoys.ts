// Convoys: they land when all of them are done, once, and a failed member never counts as landed (incident 12).

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import { tallyOf } from '../../../../src/model/convoy.ts'
import { conformance } from './world.ts'
import {
  claimOne,
  demand,
  enqueue,
  order,
  passed,
  refusedCode,
  settled,
  stateOf,
  t0,
} from './wants.ts'

const landing = { title: 'land', priority: 0, demand, order, attemptsMax: 3, by: 'ann', now: t0 }

const create = (store: Store, taskIds: readonly number[], withLanding = false) =>
  store.createConvoy({
    title: 'a release',
    taskIds,
    landing: withLanding ? landing : null,
    by: 'ann',
    now: t0,
  })
const settle = async (store: Store, taskId: number, outcome: 'done' | 'failed' | 'cancelled') =>
  passed(await store.settleByHand({ taskId, outcome, by: 'ann', reason: '', now: t0 + 1 }))
const look = async (store: Store, id: number) => {
  const found = await store.convoy(id)
  return { landedAt: found?.convoy.landedAt ?? null, ...tallyOf(found?.members ?? []) }
}

export const convoying = conformance('convoys', {
  'a convoy lands when its last member is done, and says so once': async ({ store }) => {
    const [a, b] = [await enqueue(store), await enqueue(store)]
    const { id } = await create(store, [b.id, a.id])
    await settle(store, a.id, 'done')
    expect(await look(store, id)).toEqual({
      landedAt: null,
      done: 1,
      failed: 0,
      skipped: 0,
      open: 1,
    })
    await settle(store, b.id, 'done')
    expect(await look(store, id)).toMatchObject({ landedAt: t0 + 1, done: 2 })
    expect(await store.facts({ kinds: ['convoy.landed'], limit: 9 })).toHaveLength(1)
  },

  'a failed or skipped member keeps it from landing, and is counted as what it is': async ({
    store,
  }) => {
    const [a, b, c] = [await enqueue(store), await enqueue(store), await enqueue(store)]
    const { id } = await create(store, [a.id, b.id, c.id])
    await settle(store, a.id, 'done')
    await settle(store, b.id, 'failed')
    await settle(store, c.id, 'cancelled')
    expect(await look(store, id)).toEqual({
      landedAt: null,
      done: 1,
      failed: 1,
      skipped: 1,
      open: 0,
    })
  },

  'what is done again counts for the failed member': async ({ store }) => {
    const a = await enqueue(store)
    const { id } = await create(store, [a.id])
    await settle(store, a.id, 'failed')
    const again = await enqueue(store, { againOf: a.id })
    await settle(store, again.id, 'failed')
    expect(await look(store, id)).toMatchObject({ landedAt: null, failed: 1 })
    const third = await enqueue(store, { againOf: again.id })
    await settle(store, third.id, 'done')
    expect(await look(store, id)).toMatchObject({ landedAt: t0 + 1, done: 1, failed: 0 })
  },

  'its landing waits for every member, runs once, and lands it': async ({ store }) => {
    const [a, b] = [await enqueue(store), await enqueue(store)]
    const convoy = await create(store, [a.id, b.id], true)
    const task = convoy.landingTask ?? 0
    expect(await stateOf(store, task)).toBe('held')
    await settle(store, a.id, 'done')
    expect(await stateOf(store, task)).toBe('held')
    await settle(store, b.id, 'done')
    expect(await stateOf(store, task)).toBe('ready')
    expect(await look(store, convoy.id)).toMatchObject({ landedAt: null, done: 2 })
    await settle(store, task, 'done')
    expect(await look(store, convoy.id)).toMatchObject({ landedAt: t0 + 1 })
    const twin = await store.enqueue({
      ...landing,
      key: { key: `convoy:${convoy.id}:landing`, scope: 'ever' },
      holds: [],
      againOf: null,
    })
    expect(twin).toMatchObject({ deduped: true, task: { id: task } })
  },

  'a failed member holds the landing for a person': async ({ store }) => {
    const a = await enqueue(store)
    const convoy = await create(store, [a.id], true)
    await settle(store, a.id, 'failed')
    const holds = await store.holdsOf(convoy.landingTask ?? 0, true)
    expect(holds.map((hold) => hold.release)).toMatchObject([{ kind: 'after', needsPerson: true }])
  },

  'members come and go until it lands, and the landing waits accordingly': async ({ store }) => {
    const [a, b, c] = [await enqueue(store), await enqueue(store), await settled(store, 'done')]
    const convoy = await create(store, [a.id], true)
    const change = { convoyId: convoy.id, by: 'ann', now: t0 + 1 }
    passed(await store.changeConvoy({ ...change, add: [b.id, c.id], remove: [] }))
    await settle(store, a.id, 'done')
    expect(await stateOf(store, convoy.landingTask ?? 0)).toBe('held')
    passed(await store.changeConvoy({ ...change, add: [], remove: [b.id] }))
    expect(await stateOf(store, convoy.landingTask ?? 0)).toBe('ready')
    await settle(store, convoy.landingTask ?? 0, 'done')
    expect(await look(store, convoy.id)).toMatchObject({ landedAt: t0 + 1, done: 2 })
    const late = await store.changeConvoy({ ...change, add: [b.id], remove: [] })
    expect(refusedCode(late)).toBe('convoy.landed')
  },

  'who would join while it is landing is refused, and told by which task': async ({ store }) => {
    const [a, b] = [await enqueue(store), await enqueue(store, { priority: -9 })]
    const convoy = await create(store, [a.id], true)
    await settle(store, a.id, 'done')
    expect((await claimOne(store)).task.id).toBe(convoy.landingTask)
    const change = { convoyId: convoy.id, by: 'ann', now: t0 + 1, add: [b.id], remove: [] }
    const late = await store.changeConvoy(change)
    expect(refusedCode(late)).toBe('convoy.landing')
    expect(late).toMatchObject({
      refusal: { sentence: expect.stringContaining(`by task ${convoy.landingTask}`) },
    })
    expect((await store.convoy(convoy.id))?.members).toHaveLength(1)
  },

  'an unknown member is refused and nothing is made': async ({ store }) => {
    await expect(create(store, [99], true)).rejects.toMatchObject({ code: 'task.missing' })
    expect(await store.convoys({ limit: 9 })).toEqual([])
    expect(await store.counts()).toMatchObject({ held: 0, ready: 0 })
  },

  'an empty convoy has not landed': async ({ store }) => {
    const { id } = await create(store, [])
    expect(await look(store, id)).toMatchObject({ landedAt: null })
  },

  'a landed convoy stays landed, whoever sends the statement': async ({ store, sql }) => {
    const a = await enqueue(store)
    const { id } = await create(store, [a.id])
    await settle(store, a.id, 'done')
    await expect(sql(`UPDATE convoys SET landed_at = NULL WHERE id = ${id}`)).rejects.toThrow(
      'lands once',
    )
  },
})
