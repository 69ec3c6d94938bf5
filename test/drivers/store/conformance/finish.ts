// finish: an ending that decides ends the attempt and settles its task at once, in one way or the other.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { afterTask, enqueue, kindsOf, passed, stateOf, success, t0, taken } from './wants.ts'

const byHand = { outcome: 'cancelled', by: 'ann', reason: 'not needed', now: t0 + 9 } as const

export const finishing = conformance('finish', {
  'an ending that decides ends the attempt and settles its task, once': async ({ store }) => {
    const claimed = await taken(store)
    const ids = { taskId: claimed.task.id, attemptId: claimed.attempt.id }
    const told = { outcome: 'done', verified: false, by: 'dispatcher', reason: 'exit 0' } as const
    const input = { ...ids, ...told, verdict: success, now: t0 + 3 }
    expect(await store.finish(input)).toEqual({ ended: { ok: true }, settled: true })
    expect(await store.attempt(ids.attemptId)).toMatchObject({ state: 'ended', endedAt: t0 + 3 })
    expect(await store.task(ids.taskId)).toMatchObject({ state: 'settled', settledAt: t0 + 3 })
    expect((await kindsOf(store, ids.taskId)).slice(2)).toEqual(['attempt.ended', 'task.settled'])
    expect(await store.counts()).toMatchObject({ taken: 0, done: 1 })
    expect(await store.finish({ ...input, now: t0 + 4 })).toMatchObject({
      ended: { ok: false, refusal: { code: 'attempt.ended' } },
      settled: false,
    })
    expect(await store.counts()).toMatchObject({ taken: 0, done: 1 })
  },

  'an ending that decides leaves a task that somebody else settled as it is': async ({ store }) => {
    const claimed = await taken(store)
    const ids = { taskId: claimed.task.id, attemptId: claimed.attempt.id }
    passed(await store.settleByHand({ ...byHand, taskId: ids.taskId }))
    const told = { outcome: 'done', verified: false, by: 'dispatcher', reason: 'exit 0' } as const
    expect(await store.finish({ ...ids, ...told, verdict: success, now: t0 + 10 })).toEqual({
      ended: { ok: true },
      settled: false,
    })
    expect(await store.attempt(ids.attemptId)).toMatchObject({ state: 'ended' })
    expect(await store.task(ids.taskId)).toMatchObject({ outcome: 'cancelled', settledBy: 'ann' })
  },

  'an ending that decides settles nothing that has asked meanwhile': async ({ store }) => {
    const claimed = await taken(store)
    const ids = { taskId: claimed.task.id, attemptId: claimed.attempt.id }
    passed(await store.ask({ attemptId: ids.attemptId, question: 'may I?', now: t0 + 2 }))
    const told = { outcome: 'done', verified: false, by: 'dispatcher', reason: 'exit 0' } as const
    const input = { ...ids, ...told, verdict: success, now: t0 + 3 }
    expect(await store.finish(input)).toEqual({ ended: { ok: true }, settled: false })
    expect(await store.task(ids.taskId)).toMatchObject({ state: 'taken' })
  },

  'an ending that decides tells whoever waits for the task': async ({ store }) => {
    const claimed = await taken(store)
    const ids = { taskId: claimed.task.id, attemptId: claimed.attempt.id }
    const { id } = await enqueue(store, { holds: [afterTask(ids.taskId)] })
    const told = { outcome: 'done', verified: false, by: 'dispatcher', reason: 'exit 0' } as const
    await store.finish({ ...ids, ...told, verdict: success, now: t0 + 3 })
    expect(await stateOf(store, id)).toBe('ready')
  },

  'an ending that does not know of a wish to stop hears of it, and nothing is ended': async ({
    store,
  }) => {
    const claimed = await taken(store)
    const ids = { taskId: claimed.task.id, attemptId: claimed.attempt.id }
    await store.askStop({ attemptIds: [ids.attemptId], reason: 'enough', by: 'ann', now: t0 + 2 })
    const told = { outcome: 'done', verified: false, by: 'dispatcher', reason: 'exit 0' } as const
    const input = { ...ids, ...told, verdict: success, now: t0 + 3 }
    const before = await kindsOf(store, ids.taskId)
    expect(await store.finish({ ...input, unlessAsked: true })).toEqual({
      asked: { reason: 'enough', by: 'ann' },
    })
    expect(await kindsOf(store, ids.taskId)).toEqual(before)
    expect(await store.task(ids.taskId)).toMatchObject({ state: 'taken' })
    expect(await store.finish(input)).toEqual({ ended: { ok: true }, settled: true })
  },

  'an ending that decides leaves no lock behind, and moves no neighbour’s task': async ({
    store,
  }) => {
    const [one, other] = [await taken(store), await taken(store)]
    const { id: attemptId } = one.attempt
    const lock = { name: 'db', holder: `attempt ${attemptId}`, attemptId, until: t0 + 9, now: t0 }
    passed(await store.acquireLock(lock))
    const told = { outcome: 'done', verified: true, by: 'dispatcher', reason: 'exit 0' } as const
    const finish = (taskId: number, ofAttempt: number) =>
      store.finish({ taskId, attemptId: ofAttempt, ...told, verdict: success, now: t0 + 3 })
    const settledOne = { ended: { ok: true }, settled: true }
    const both = [finish(one.task.id, attemptId), finish(other.task.id, other.attempt.id)]
    expect(await Promise.all(both)).toEqual([settledOne, settledOne])
    expect(await store.locks({ limit: 9 })).toEqual([])
    expect(await store.counts()).toMatchObject({ taken: 0, done: 2 })
    const third = await taken(store)
    expect(await finish(third.task.id, attemptId)).toMatchObject({ settled: false })
    expect(await stateOf(store, third.task.id)).toBe('taken')
  },
})
