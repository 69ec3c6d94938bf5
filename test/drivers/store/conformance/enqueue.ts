// Enqueue: wants become tasks, once per key, whole or not at all.

import { expect } from 'vitest'

import type { KeyScope } from '../../../../src/model/task.ts'
import { conformance } from './world.ts'
import {
  afterTask,
  claimOne,
  demand,
  enqueue,
  forPerson,
  kindsOf,
  order,
  passed,
  settleArgs,
  settled,
  stateOf,
  t0,
  untilTime,
  want,
} from './wants.ts'

const key = (scope: KeyScope, name = 'nightly') => ({ key: name, ...scope })
const open = key({ scope: 'open' })
const ever = key({ scope: 'ever' })
const hourMs = 3_600_000
const finish = { outcome: 'done', by: 'ann', reason: '' } as const

export const enqueueing = conformance('enqueue', {
  'a want without holds is born ready': async ({ store }) => {
    const { task, deduped } = await store.enqueue(want({ title: 'sweep', priority: 2 }))
    expect(deduped).toBe(false)
    expect(task).toEqual({
      id: 1,
      title: 'sweep',
      priority: 2,
      demand,
      order,
      attemptsMax: 3,
      attempts: 0,
      againOf: null,
      createdAt: t0,
      createdBy: 'ann',
      state: 'ready',
      readyAt: t0,
    })
    expect(await store.task(1)).toEqual(task)
    expect(await kindsOf(store, 1)).toEqual(['task.enqueued'])
  },

  'what is done again already is not done again twice, until that is settled': async ({
    store,
  }) => {
    const fail = async (taskId: number) =>
      passed(await store.settleByHand({ ...finish, outcome: 'failed', taskId, now: t0 }))
    const first = await enqueue(store)
    await fail(first.id)
    const again = await enqueue(store, { againOf: first.id })
    const twin = await store.enqueue(want({ againOf: first.id, key: ever }))
    expect(twin).toEqual({ task: again, deduped: true })
    expect(await kindsOf(store, again.id)).toEqual(['task.enqueued', 'task.deduped'])
    await fail(again.id)
    const third = await enqueue(store, { againOf: again.id })
    expect(third.id).not.toBe(again.id)
    expect((await store.enqueue(want({ againOf: first.id }))).task.id).toBe(third.id)
    // Who asks once more in the same words is answered as before.
    expect((await store.enqueue(want({ againOf: first.id, key: ever }))).task.id).toBe(again.id)
    await fail(third.id)
    expect(await store.enqueue(want({ againOf: first.id }))).toMatchObject({ deduped: false })
  },

  'a want with holds is born held, and tells each of them': async ({ store }) => {
    const task = await enqueue(store, { holds: [forPerson, untilTime(t0 + 1)] })
    expect(task.state).toBe('held')
    expect(await store.task(task.id)).toEqual(task)
    expect(await kindsOf(store, task.id)).toEqual(['task.enqueued', 'task.held', 'task.held'])
    expect((await store.holdsOf(task.id, true)).map((hold) => hold.release)).toEqual([
      forPerson,
      untilTime(t0 + 1),
    ])
  },

  'wants that ask for the same share one demand, whatever the order of their labels': async ({
    store,
  }) => {
    await enqueue(store, { demand: { ...demand, labels: ['a', 'b'] } })
    await enqueue(store, { demand: { ...demand, labels: ['b', 'a'] } })
    await enqueue(store, { demand: { ...demand, labels: ['b'] } })
    expect((await store.openDemands()).map((one) => one.unsettled)).toEqual([2, 1])
  },

  'an open key answers with its task until that is settled': async ({ store }) => {
    const first = await store.enqueue(want({ key: open }))
    const second = await store.enqueue(want({ key: open, title: 'again' }))
    expect([second.deduped, second.task]).toEqual([true, first.task])
    expect(await kindsOf(store, first.task.id)).toEqual(['task.enqueued', 'task.deduped'])
    passed(await store.settleByHand({ taskId: first.task.id, ...finish, now: t0 }))
    const third = await store.enqueue(want({ key: open }))
    expect([third.deduped, third.task.id]).toEqual([false, first.task.id + 1])
    expect((await store.enqueue(want({ key: open }))).task.id).toBe(third.task.id)
  },

  'a windowed key answers with its settled task until the window is over': async ({ store }) => {
    const windowed = key({ scope: 'window', windowMs: hourMs })
    const first = await settled(store, 'done', { key: windowed })
    const within = await store.enqueue(want({ key: windowed, now: t0 + hourMs - 1 }))
    expect([within.deduped, within.task.id, within.task.state]).toEqual([true, first.id, 'settled'])
    const later = await store.enqueue(want({ key: windowed, now: t0 + hourMs }))
    expect([later.deduped, later.task.state]).toEqual([false, 'ready'])
  },

  'a key for ever makes one task for ever, however it settled and whatever was pruned': async ({
    store,
  }) => {
    const first = await settled(store, 'failed', { key: ever })
    const bystander = await settled(store, 'done')
    expect(await store.prune({ before: t0 + 1, limit: 100, now: t0 + 1 })).toEqual({ tasks: 1 })
    expect(await store.task(bystander.id)).toBeNull()
    const later = await store.enqueue(want({ key: ever, now: t0 + 9_999 * hourMs }))
    expect([later.deduped, later.task.id]).toEqual([true, first.id])
  },

  'a key that was once asked for for ever is kept for ever, whatever it was first taken for':
    async ({ store }) => {
      const first = await enqueue(store, { key: open })
      expect((await store.enqueue(want({ key: ever }))).deduped).toBe(true)
      passed(await store.settleByHand({ taskId: first.id, ...finish, now: t0 }))
      expect(await store.prune({ before: t0 + 1, limit: 100, now: t0 + 1 })).toEqual({ tasks: 0 })
      expect((await store.enqueue(want({ key: ever }))).task.id).toBe(first.id)
      expect((await store.enqueue(want({ key: open }))).task.id).toBe(first.id)
    },

  'keys do not touch each other, and a long one is as good as a short one': async ({ store }) => {
    const names = ['a', 'A', 'a ', 'x'.repeat(1_000), `${'x'.repeat(999)}y`]
    for (const name of names)
      expect((await store.enqueue(want({ key: key({ scope: 'open' }, name) }))).deduped).toBe(false)
    expect((await store.counts()).ready).toBe(names.length)
  },

  'one key wanted by two processes at once makes one task': async ({ store, another }) => {
    const stores = [store, await another()]
    for (let round = 0; round < 10; round += 1) {
      const wanted = want({ key: key({ scope: 'open' }, `round ${round}`) })
      const made = await Promise.all([...stores, ...stores].map((one) => one.enqueue(wanted)))
      expect(new Set(made.map((one) => one.task.id)).size).toBe(1)
      expect(made.filter((one) => !one.deduped)).toHaveLength(1)
    }
    expect((await store.counts()).ready).toBe(10)
  },

  'what waits for a task that was never there is refused, and nothing is half-written': async ({
    store,
  }) => {
    const wanted = want({ key: ever, holds: [forPerson, afterTask(77)] })
    await expect(store.enqueue(wanted)).rejects.toMatchObject({ code: 'task.missing' })
    await expect(store.enqueue(want({ key: ever, againOf: 77 }))).rejects.toMatchObject({
      code: 'task.missing',
    })
    expect(await store.counts()).toMatchObject({ held: 0, ready: 0 })
    expect(await store.facts({ limit: 10 })).toEqual([])
    expect((await store.enqueue(want({ key: ever }))).deduped).toBe(false)
  },

  'what waits for a task that is done already is born ready': async ({ store }) => {
    const { id } = await settled(store, 'done')
    const task = await enqueue(store, { holds: [afterTask(id)] })
    expect([task.state, (await store.holdsOf(task.id, true)).length]).toEqual(['ready', 0])
    expect((await enqueue(store, { holds: [afterTask(id), forPerson] })).state).toBe('held')
  },

  'what waits for a task that failed already is born held and needs a person': async ({
    store,
  }) => {
    const { id } = await settled(store, 'failed')
    const task = await enqueue(store, { holds: [afterTask(id)] })
    const [hold] = await store.holdsOf(task.id, true)
    expect([task.state, hold?.release]).toEqual(['held', { ...afterTask(id), needsPerson: true }])
    expect(await kindsOf(store, task.id)).toEqual([
      'task.enqueued',
      'task.held',
      'hold.needs_person',
    ])
    expect((await enqueue(store, { holds: [afterTask(id, true)] })).state).toBe('ready')
  },

  'what waits for a failed task that was done again is born ready': async ({ store }) => {
    const first = await settled(store, 'failed')
    const second = await settled(store, 'failed', { againOf: first.id })
    await settled(store, 'done', { againOf: second.id })
    expect((await enqueue(store, { holds: [afterTask(first.id)] })).state).toBe('ready')
  },

  'texts come back as they went in, whatever is in them': async ({ store }) => {
    const title = 'Ünï – 🦉 "quoted" \\ \' ; -- %_'
    const long = { ...order, run: null, prompt: 'ä'.repeat(500_000) }
    const task = await enqueue(store, { title, order: long })
    expect(await store.task(task.id)).toMatchObject({ title, order: long })
  },

  'a NUL byte in a text stops no verb': async ({ store }) => {
    const task = await enqueue(store, { title: 'a\0b' })
    expect((await store.task(task.id))?.title).toMatch(/^a.b$/s)
    const claimed = await claimOne(store)
    passed(
      await store.note({ attemptId: claimed.attempt.id, bodies: [], progress: 'x\0y', now: t0 }),
    )
    passed(await store.settle({ ...settleArgs(claimed), reason: 'z\0' }))
    expect(await stateOf(store, task.id)).toBe('settled done')
  },
})
