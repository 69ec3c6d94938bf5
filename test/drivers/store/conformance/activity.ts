// What a span of time holds.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { claimOne, failure, passed, settleArgs, success, t0, untilTime, want } from './wants.ts'

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

  'what was spent is summed by account and span, and dear tasks are found by what all their attempts cost':
    async ({ store }) => {
      const spend = async (account: string, costUsd: number, now: number): Promise<number> => {
        await store.enqueue({ ...want(), now })
        const lanes = [`account:${account}`, 'fleet']
        const { attempt, task } = await claimOne(store, { lanes, now })
        const usage = { inputTokens: 3, outputTokens: 4, costUsd, turns: 1, sessionId: null }
        await store.end({ attemptId: attempt.id, verdict: failure, usage, now })
        const back = { taskId: task.id, attemptId: attempt.id, holds: [untilTime(now + 1e9)] }
        passed(await store.giveBack({ ...back, charged: true, reason: 'again', now }))
        return task.id
      }
      await spend('a', 1, t0)
      const dear = await spend('a', 2, t0 + 1_000)
      await spend('b', 0.5, t0 + 2_000)
      const spent = async (since: number, account: string | null) =>
        await store.spent({ since, account })
      expect(await spent(t0, null)).toEqual({ usd: 3.5, tokens: 21 })
      expect(await spent(t0, 'a')).toEqual({ usd: 3, tokens: 14 })
      expect(await spent(t0 + 1_000, 'a')).toEqual({ usd: 2, tokens: 7 })
      expect(await spent(t0, 'none')).toEqual({ usd: 0, tokens: 0 })
      const least = { atLeastUsd: 1.5, since: t0, limit: 9 }
      expect(await store.dearTasks(least)).toEqual([{ taskId: dear, usd: 2 }])
      await store.settleByHand({
        taskId: dear,
        outcome: 'cancelled',
        by: 'ann',
        reason: 'dear',
        now: t0 + 3_000,
      })
      expect(await store.dearTasks(least)).toEqual([])
    },

  'what a session tells while it runs and at its end counts once, in the quarter it was claimed, and stays spent when its task is pruned':
    async ({ store }) => {
      const quarter = 900_000
      const start = Math.ceil(t0 / quarter) * quarter
      const spent = async (since: number, account: string | null = null) =>
        await store.spent({ since, account })
      const usage = { inputTokens: 3, outputTokens: 4, costUsd: 1, turns: 1, sessionId: null }
      await store.enqueue({ ...want(), now: start })
      const lanes = ['account:a', 'account:b', 'fleet']
      const { attempt, task } = await claimOne(store, { lanes, now: start + quarter - 1 })
      const later = start + 2 * quarter
      const { id: attemptId } = attempt
      passed(await store.note({ attemptId, bodies: [], usage, now: later }))
      expect(await spent(start, 'b')).toEqual({ usd: 1, tokens: 7 })
      const whole = { ...usage, outputTokens: 6, costUsd: 1.5 }
      passed(await store.end({ attemptId, verdict: success, usage: whole, now: later }))
      const all = { usd: 1.5, tokens: 9 }
      const none = { usd: 0, tokens: 0 }
      const asked = async () => [
        await spent(start),
        await spent(start, 'a'),
        await spent(start, 'c'),
        await spent(start + quarter),
      ]
      expect(await asked()).toEqual([all, all, none, none])
      expect(await spent(start + quarter - 1, 'a')).toEqual(all)
      expect((await store.note({ attemptId, bodies: [], usage, now: later })).ok).toBe(false)
      passed(await store.settle(settleArgs({ task, attempt })))
      const before = start + 9 * quarter
      expect(await store.prune({ before, limit: 9, now: before })).toEqual({ tasks: 1 })
      expect(await asked()).toEqual([all, all, none, none])
    },

  'live holds are counted by kind, with the oldest': async ({ store }) => {
    const { task } = await store.enqueue({ ...want(), now: t0 })
    await store.hold({ taskId: task.id, release: untilTime(t0 + 9_000), now: t0 + 5 })
    expect(await store.holdsByKind()).toEqual([{ kind: 'time', count: 1, oldestAt: t0 + 5 }])
  },
})
