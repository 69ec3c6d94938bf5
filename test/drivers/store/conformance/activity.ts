// What a span of time holds.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { claimOne, failure, t0, untilTime, want } from './wants.ts'

export const counting = conformance('activity', {
  'a span holds what came, was dispatched, ended and was spent in it, and nothing older': async ({
    store,
  }) => {
    const empty = await store.activity({ since: t0 })
    expect(empty).toMatchObject({ enqueued: 0, claimed: 0, done: 0, costUsd: 0, fired: 0 })
    for (const i of [0, 1, 2]) await store.enqueue({ ...want(), now: t0 + i * 100 })
    const { attempt, task } = await claimOne(store, { now: t0 + 1_000 })
    const usage = { inputTokens: 10, outputTokens: 5, costUsd: 0.5, turns: 1, sessionId: null }
    await store.end({
      attemptId: attempt.id,
      verdict: failure,
      usage,
      now: t0 + 1_500,
    })
    await store.settleByHand({
      taskId: task.id,
      outcome: 'done',
      by: 'ann',
      reason: 'seen',
      now: t0 + 2_000,
    })
    expect(await store.activity({ since: t0 })).toMatchObject({
      enqueued: 3,
      claimed: 1,
      confirmed: 0,
      ended: 1,
      done: 1,
      tokens: 15,
      costUsd: 0.5,
      wastedUsd: 0.5,
    })
    expect(await store.activity({ since: t0 + 100 })).toMatchObject({ enqueued: 2, claimed: 1 })
    expect(await store.activity({ since: t0 + 1_001 })).toMatchObject({
      enqueued: 0,
      claimed: 0,
      done: 1,
      tokens: 0,
    })
    expect(await store.activity({ since: t0 + 9_000 })).toMatchObject({ done: 0 })
  },

  'firings count by the hour': async ({ store }) => {
    const hour = 3_600_000
    const start = Math.ceil(t0 / hour) * hour
    const firing = { name: 'claim', had: 0, moved: 0, times: 5 }
    await store.reportMechanism({ host: 'h1', firings: [firing], now: start })
    await store.reportMechanism({ host: 'h1', firings: [firing], now: start + 2 * hour })
    expect((await store.activity({ since: start })).fired).toBe(10)
    expect((await store.activity({ since: start + hour })).fired).toBe(5)
  },

  'live holds are counted by kind, with the oldest': async ({ store }) => {
    const { task } = await store.enqueue({ ...want(), now: t0 })
    await store.hold({ taskId: task.id, release: untilTime(t0 + 9_000), now: t0 + 5 })
    expect(await store.holdsByKind()).toEqual([{ kind: 'time', count: 1, oldestAt: t0 + 5 }])
  },
})
