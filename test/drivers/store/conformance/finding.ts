// What people look for: words in titles, holds of a kind, what agents spent, and how much a session has added.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import {
  afterTask,
  claimOne,
  enqueue,
  failure,
  forPerson,
  settled,
  t0,
  untilTime,
} from './wants.ts'

const titles = async (page: Promise<{ tasks: readonly { title: string }[] }>) =>
  (await page).tasks.map(({ title }) => title)

export const findings = conformance('looking for something', {
  'titles are found by parts of words in whatever case, and all words have to be there': async ({
    store,
  }) => {
    for (const title of ['Refit the sails', 'Mend 100% of it', 'Ärger im Hafen', 'refit_the hull'])
      await enqueue(store, { title })
    const find = (...words: string[]) => titles(store.briefs({ words, limit: 9 }))
    expect(await find('REFIT')).toEqual(['refit_the hull', 'Refit the sails'])
    expect(await find('efi', 'sail')).toEqual(['Refit the sails'])
    expect(await find('refit', 'mend')).toEqual([])
    expect(await find('0%')).toEqual(['Mend 100% of it'])
    expect(await find('t_t')).toEqual(['refit_the hull'])
    expect(await find('ärger')).toEqual(['Ärger im Hafen'])
    expect(await find("'); DROP TABLE tasks; --")).toEqual([])
    expect(await find()).toHaveLength(4)
    expect(await titles(store.briefs({ words: ['refit'], states: ['held'], limit: 9 }))).toEqual([])
  },

  'pages of what was found go on where the last one ended, each looking at so many': async ({
    store,
  }) => {
    for (let i = 1; i <= 7; i++) await enqueue(store, { title: i % 2 ? `odd ${i}` : `even ${i}` })
    const one = await store.briefs({ words: ['odd'], limit: 3 })
    expect(one.tasks.map(({ title }) => title)).toEqual(['odd 7', 'odd 5', 'odd 3'])
    const two = await store.briefs({ words: ['odd'], limit: 3, before: one.next ?? 0 })
    expect(two.tasks.map(({ title }) => title)).toEqual(['odd 1'])
    expect(two.next).toBeNull()
    // Far above the newest task nothing is found, and the page says where to go on.
    const far = await store.briefs({ words: ['odd'], limit: 3, before: 30_000 })
    expect(far).toEqual({ tasks: [], next: 10_000 })
  },

  'live holds of a kind come oldest first, those for a person apart, page by page': async ({
    store,
  }) => {
    for (const i of [3, 1, 2])
      await enqueue(store, { title: `t${i}`, holds: [untilTime(t0 * 2)], now: t0 + i })
    await enqueue(store, { title: 'asked', holds: [forPerson] })
    const failed = await settled(store, 'failed')
    await enqueue(store, { title: 'blocked', holds: [afterTask(failed.id)], now: t0 + 9 })
    const all = { kind: 'time', needsPerson: false, after: null, limit: 2 } as const
    const one = await store.liveHolds(all)
    expect(one.map(({ title }) => title)).toEqual(['t1', 't2'])
    const last = one.at(-1)?.hold
    const after = { since: last?.since ?? 0, id: last?.id ?? 0 }
    expect((await store.liveHolds({ ...all, after })).map(({ title }) => title)).toEqual(['t3'])
    const person = await store.liveHolds({ ...all, kind: 'person', needsPerson: true })
    expect(person).toMatchObject([{ title: 'asked', hold: { release: { kind: 'person' } } }])
    expect(await store.liveHolds({ ...all, kind: 'after' })).toEqual([])
    const blocked = await store.liveHolds({ ...all, kind: 'after', needsPerson: true })
    expect(blocked.map(({ title }) => title)).toEqual(['blocked'])
    await store.releaseDue({ now: t0 * 3, limit: 9 })
    expect(await store.liveHolds(all)).toEqual([])
  },

  'what agents spent is summed over the span that was asked for, and no other': async ({
    store,
  }) => {
    const spend = async (at: number, costUsd: number | null) => {
      await enqueue(store, { now: at })
      const { attempt, task } = await claimOne(store, { now: at })
      const usage = { inputTokens: 10, outputTokens: 5, costUsd, turns: 1, sessionId: null }
      await store.end({ attemptId: attempt.id, verdict: failure, usage, now: at + 1 })
      const by = { by: 'ann', reason: 'x', now: at + 2 }
      await store.settleByHand({ taskId: task.id, outcome: 'cancelled', ...by })
    }
    await spend(t0, 1)
    await spend(t0 + 1_000, 0.5)
    await spend(t0 + 1_500, null)
    await spend(t0 + 2_000, 4)
    const [sum, ...others] = await store.spentByAgent({ since: t0 + 1_000, until: t0 + 2_000 })
    expect(sum).toMatchObject({ attempts: 2, usd: 0.5, inputTokens: 20, outputTokens: 10 })
    expect(others).toEqual([])
    expect(await store.spentByAgent({ since: t0 + 9_000, until: t0 + 10_000 })).toEqual([])
  },

  'the tasks that a session has added are counted, settled ones too': async ({ store }) => {
    for (const by of ['attempt 7', 'attempt 7', 'attempt 77', 'ann']) await enqueue(store, { by })
    expect(await store.addedBy(7)).toBe(2)
    const { task } = await claimOne(store)
    const hand = { by: 'ann', reason: 'x', now: t0 }
    await store.settleByHand({ taskId: task.id, outcome: 'done', ...hand })
    expect(await store.addedBy(7)).toBe(2)
    expect(await store.addedBy(8)).toBe(0)
  },
})
