// Tasks that wait for tasks: what `done` releases, what a failure marks, and that nobody waits for himself.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { Outcome } from '../../../../src/model/task.ts'
import { conformance } from './world.ts'
import {
  afterTask,
  claimOne,
  enqueue,
  forPerson,
  kindsOf,
  passed,
  refusalsOf,
  refusedCode,
  settleArgs,
  settled,
  stateOf,
  t0,
} from './wants.ts'

const settle = async (store: Store, taskId: number, outcome: Outcome) =>
  passed(await store.settleByHand({ taskId, outcome, by: 'ann', reason: '', now: t0 + 1 }))
const follower = async (store: Store, taskId: number, any = false) =>
  (await enqueue(store, { holds: [afterTask(taskId, any)] })).id
const needsPerson = async (store: Store, taskId: number) =>
  (await store.holdsOf(taskId, true)).map(
    ({ release }) => release.kind === 'after' && release.needsPerson,
  )
const wait = (store: Store, taskId: number, forTask: number) =>
  store.hold({ taskId, release: afterTask(forTask), now: t0 })

export const waiting = conformance('waiting for tasks', {
  'done releases whoever waits, in the same moment': async ({ store }) => {
    const { id } = await enqueue(store, { priority: 9 })
    const [one, two, other] = [
      await follower(store, id),
      await follower(store, id, true),
      await enqueue(store, { holds: [forPerson] }),
    ]
    const claimed = await claimOne(store)
    expect(await stateOf(store, one)).toBe('held')
    passed(await store.settle(settleArgs(claimed)))
    expect(await Promise.all([one, two, other.id].map((task) => stateOf(store, task)))).toEqual([
      'ready',
      'ready',
      'held',
    ])
    expect((await store.holdsOf(one, false))[0]?.releasedBy).toBe(`task ${id} done`)
  },

  'a failed or cancelled task releases nobody but who asked for any ending, and tells once that a person is needed':
    async ({ store }) => {
      for (const outcome of ['failed', 'cancelled'] as const) {
        const { id } = await enqueue(store)
        const [one, any] = [await follower(store, id), await follower(store, id, true)]
        await settle(store, id, outcome)
        expect([await stateOf(store, one), await stateOf(store, any)]).toEqual(['held', 'ready'])
        expect(await needsPerson(store, one)).toEqual([true])
        expect(await kindsOf(store, one)).toEqual([
          'task.enqueued',
          'task.held',
          'hold.needs_person',
        ])
      }
    },

  'a later done, however far down the chain of tries, releases who waited for the first': async ({
    store,
  }) => {
    const first = await enqueue(store)
    const waits = await follower(store, first.id)
    await settle(store, first.id, 'failed')
    const second = await settled(store, 'failed', { againOf: first.id })
    expect([await stateOf(store, waits), await needsPerson(store, waits)]).toEqual(['held', [true]])
    expect(
      (await kindsOf(store, waits)).filter((kind) => kind === 'hold.needs_person'),
    ).toHaveLength(1)
    await settled(store, 'done', { againOf: second.id })
    expect(await stateOf(store, waits)).toBe('ready')
  },

  'a done of an earlier try does not release who waits for a later one': async ({ store }) => {
    const first = await enqueue(store)
    const second = await enqueue(store, { againOf: first.id })
    const waits = await follower(store, second.id)
    await settle(store, first.id, 'done')
    expect(await stateOf(store, waits)).toBe('held')
  },

  'a hold that waits for what has already come is not put': async ({ store }) => {
    const { id } = await enqueue(store)
    const over = await settled(store, 'done')
    expect(refusedCode(await wait(store, id, over.id))).toBe('hold.met')
    expect([await stateOf(store, id), await store.holdsOf(id, false)]).toEqual(['ready', []])
    const failed = await settled(store, 'failed')
    passed(await wait(store, id, failed.id))
    expect(await needsPerson(store, id)).toEqual([true])
  },

  'a task does not wait for itself, however long the way round': async ({ store }) => {
    const [a, b, c] = [
      (await enqueue(store)).id,
      (await enqueue(store)).id,
      (await enqueue(store)).id,
    ]
    const self = await wait(store, a, a)
    expect(refusedCode(self)).toBe('hold.circle')
    expect(self).toMatchObject({
      refusal: { sentence: expect.stringContaining(`${a} waits for ${a}`) },
    })
    passed(await wait(store, a, b))
    passed(await wait(store, b, c))
    const circle = await wait(store, c, a)
    expect(circle).toMatchObject({
      refusal: {
        code: 'hold.circle',
        sentence: expect.stringContaining(`${c} waits for ${a} waits for ${b} waits for ${c}`),
      },
    })
    expect([await stateOf(store, c), await store.holdsOf(c, false)]).toEqual(['ready', []])
    expect(await refusalsOf(store, c)).toEqual(['hold hold.circle'])
  },

  'a way round that was released is no circle': async ({ store }) => {
    const [a, b] = [(await enqueue(store)).id, (await enqueue(store)).id]
    const { hold } = passed(await wait(store, a, b))
    passed(await store.release({ holdId: hold.id, by: 'ann', now: t0 }))
    passed(await wait(store, b, a))
    expect([await stateOf(store, a), await stateOf(store, b)]).toEqual(['ready', 'held'])
  },

  'two halves of a circle, put at once, never both pass': async ({ store, another }) => {
    const other = await another()
    for (let round = 0; round < 12; round += 1) {
      const ids = []
      for (let i = 0; i < 4; i += 1) ids.push((await enqueue(store)).id)
      const [a = 0, b = 0, c = 0, d = 0] = ids
      passed(await wait(store, b, c))
      passed(await wait(store, d, a))
      const halves = await Promise.all([
        wait(store, a, b),
        other.hold({ taskId: c, release: afterTask(d), now: t0 }),
      ])
      expect(halves.filter((half) => half.ok)).toHaveLength(1)
    }
  },

  'a wait that is put while its task settles is answered or never put, but not forgotten': async ({
    store,
    another,
  }) => {
    const other = await another()
    for (let round = 0; round < 20; round += 1) {
      const again = round % 2 === 1
      const first = await enqueue(store)
      if (again) await settle(store, first.id, 'failed')
      const last = again ? await enqueue(store, { againOf: first.id }) : first
      const waits = await enqueue(store)
      const [, , born] = await Promise.all([
        settle(other, last.id, 'done'),
        wait(store, waits.id, first.id),
        follower(store, first.id),
      ])
      expect([await stateOf(store, waits.id), await stateOf(store, born)]).toEqual([
        'ready',
        'ready',
      ])
    }
  },

  'two tasks that settle at once, with the same crowd waiting for both, release it': async ({
    store,
    another,
  }) => {
    const other = await another()
    for (let round = 0; round < 8; round += 1) {
      const [a, b] = [(await enqueue(store)).id, (await enqueue(store)).id]
      const crowd = []
      for (let i = 0; i < 4; i += 1)
        crowd.push(
          (
            await enqueue(store, {
              holds: i % 2 ? [afterTask(a), afterTask(b)] : [afterTask(b), afterTask(a)],
            })
          ).id,
        )
      await Promise.all([settle(store, a, 'done'), settle(other, b, 'done')])
      expect(await Promise.all(crowd.map((id) => stateOf(store, id)))).toEqual(
        crowd.map(() => 'ready'),
      )
    }
  },
})
