// What accounts may use, as clients told it; what was spent, by what people ask for; what is remembered of sensors.

import { expect } from 'vitest'

import type { QuotaWord } from '../../../../src/model/quota.ts'
import { conformance } from './world.ts'
import { claimOne, demand, failure, success, t0, want } from './wants.ts'

const word = (over: Partial<QuotaWord> = {}): QuotaWord => ({
  period: 'five_hour',
  used: 0.5,
  renewsAt: t0 + 3_600_000,
  status: 'allowed',
  ...over,
})

export const quotaing = conformance('seeQuota, quotas, spendOf, noteSensor, sensors and madeBy', {
  'the newest word on a period stands, and an older one that comes late changes nothing': async ({
    store,
  }) => {
    const see = (used: number, now: number) =>
      store.seeQuota({ account: 'team', attemptId: 1, words: [word({ used })], now })
    await see(0.5, t0)
    await see(0.7, t0 + 10)
    await see(0.6, t0 + 5)
    expect(await store.quotas()).toEqual([
      { ...word({ used: 0.7 }), account: 'team', seenAt: t0 + 10 },
    ])
  },

  'each period of each account has a row of its own, and unknown stays unknown': async ({
    store,
  }) => {
    const words = [
      word({ period: 'seven_day', used: null, renewsAt: null, status: 'warning' }),
      word(),
    ]
    await store.seeQuota({ account: 'team', attemptId: 1, words, now: t0 })
    await store.seeQuota({ account: 'own', attemptId: 2, words: [word()], now: t0 })
    expect(
      (await store.quotas()).map(({ account, period, used }) => [account, period, used]),
    ).toEqual([
      ['own', 'five_hour', 0.5],
      ['team', 'five_hour', 0.5],
      ['team', 'seven_day', null],
    ])
  },

  'only news is a fact: another tenth, state or renewal': async ({ store }) => {
    await store.enqueue({ ...want(), now: t0 })
    const { attempt } = await claimOne(store, {})
    const told: QuotaWord[] = [
      word({ used: 0.51 }),
      word({ used: 0.58 }),
      word({ used: 0.61 }),
      word({ used: 0.62, status: 'warning' }),
      word({ used: 0.63, status: 'warning', renewsAt: t0 + 9_000_000 }),
    ]
    for (const [i, one] of told.entries())
      await store.seeQuota({ account: 'team', attemptId: attempt.id, words: [one], now: t0 + i })
    const facts = await store.facts({ kinds: ['quota.seen'], limit: 9 })
    expect(facts.map(({ body }) => body.kind === 'quota.seen' && body.used)).toEqual([
      0.51, 0.61, 0.62, 0.63,
    ])
    expect(facts[0]).toMatchObject({ attemptId: attempt.id, taskId: attempt.taskId })
  },

  'what a span consumed is summed by agent, account, label and task, the dearest first': async ({
    store,
  }) => {
    const spend = async (labels: string[], account: string, costUsd: number, now: number) => {
      await store.enqueue({ ...want({ demand: { ...demand, labels } }), now })
      const { attempt, task } = await claimOne(store, {
        lanes: [`account:${account}`, 'fleet'],
        now,
      })
      const usage = { inputTokens: 10, outputTokens: 1, costUsd, turns: 1, sessionId: null }
      const verdict = costUsd > 2 ? failure : success
      await store.end({ attemptId: attempt.id, verdict, usage, now })
      await store.settleByHand({ taskId: task.id, outcome: 'done', by: 'ann', reason: '', now })
      return String(task.id)
    }
    await spend(['old'], 'a', 100, t0 - 10)
    const first = await spend(['docs'], 'a', 1, t0)
    const second = await spend(['docs', 'urgent'], 'b', 3, t0 + 1_000)
    await spend(['late'], 'a', 100, t0 + 5_000)
    const sum = async (by: 'agent' | 'account' | 'label' | 'task' | 'all') =>
      (await store.spendOf({ since: t0, until: t0 + 5_000, by, limit: 9 })).map(
        ({ name, attempts, costUsd, wastedUsd }) => [name, attempts, costUsd, wastedUsd],
      )
    expect(await sum('all')).toEqual([['all', 2, 4, 3]])
    expect(await sum('agent')).toEqual([['shell', 2, 4, 3]])
    expect(await sum('account')).toEqual([
      ['b', 1, 3, 3],
      ['a', 1, 1, 0],
    ])
    expect(await sum('label')).toEqual([
      ['docs', 2, 4, 3],
      ['urgent', 1, 3, 3],
    ])
    expect(await sum('task')).toEqual([
      [second, 1, 3, 3],
      [first, 1, 1, 0],
    ])
    const [one] = await store.spendOf({ since: t0, until: t0 + 5_000, by: 'task', limit: 1 })
    expect(one).toMatchObject({ inputTokens: 10, outputTokens: 1 })
    expect(
      await store.spendOf({ since: t0 + 9_000, until: t0 + 9_999, by: 'all', limit: 9 }),
    ).toEqual([])
  },

  'what is remembered of a sensor is overwritten, and what a name made is counted from the tasks':
    async ({ store }) => {
      const state = { name: 'ci', failures: 3, dueAt: t0 + 5, lookedAt: t0, note: 'gone' }
      await store.noteSensor(state)
      await store.noteSensor({ ...state, failures: 4 })
      await store.noteSensor({ ...state, name: 'box', note: null })
      expect(await store.sensors()).toEqual([
        { ...state, name: 'box', note: null },
        { ...state, failures: 4 },
      ])
      for (const [by, now] of [
        ['sensor ci', t0],
        ['sensor ci', t0 + 100],
        ['ann', t0 + 100],
        ['sensor ci', t0 + 200],
      ] as const)
        await store.enqueue({ ...want(), by, now })
      expect(await store.madeBy({ by: 'sensor ci', since: t0 + 1 })).toBe(2)
      expect(await store.madeBy({ by: 'sensor box', since: t0 })).toBe(0)
    },
})
