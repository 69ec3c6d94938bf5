// Calm windows and caps: judged in the transaction of the claim, by a judgement that is young; and what may not be taken
// holds up nobody behind it.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { ClaimInput } from '../../../../src/drivers/store/contract/shapes.ts'
import type { WindowCaps } from '../../../../src/model/window.ts'
import { conformance } from './world.ts'
import {
  claimInput,
  demand,
  enqueue,
  forPerson,
  kindsOf,
  passed,
  stateOf,
  success,
  t0,
} from './wants.ts'

const calm = { ...demand, calm: 'night' }
const anyNumber: WindowCaps = { others: null, perWindow: null, perDay: null, day: 'mon' }
const judge = (store: Store, isCalm: boolean, now = t0, why = ['load is 9']) =>
  store.judgeWindow({
    name: 'night',
    host: 'h1',
    calm: isCalm,
    why: isCalm ? [] : why,
    quietSince: isCalm ? now : null,
    day: 'mon',
    busy: [],
    now,
  })
const seeds = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ nonce: `n${i}`, tokenHash: `t${i}` }))
const claim = async (
  store: Store,
  caps: Partial<WindowCaps> = {},
  more: Partial<ClaimInput> = {},
) => {
  const windows = { night: { ...anyNumber, ...caps } }
  const { claimed, refused } = await store.claim(
    await claimInput(store, { windows, seeds: seeds(5), ...more }),
  )
  return { ids: claimed.map(({ task }) => task.id), claimed, code: refused?.code, refused }
}

export const calming = conformance('calm windows and caps', {
  'a calm task is taken only while a young judgement says calm, and holds up nobody': async ({
    store,
  }) => {
    const { id } = await enqueue(store, { demand: calm, priority: 9 })
    expect((await claim(store)).code).toBe('calm.shut')
    await judge(store, false)
    const loud = await claim(store)
    expect([loud.ids, loud.refused?.sentence]).toEqual([[], expect.stringContaining('load is 9')])
    const other = await enqueue(store)
    expect((await claim(store)).ids).toEqual([other.id])
    await judge(store, true)
    expect((await claim(store, {}, { now: t0 + 30_000 })).refused?.sentence).toContain('too old')
    expect((await claim(store, {}, { now: t0 + 29_999 })).ids).toEqual([id])
  },

  'a window that nobody configured here lets nothing through': async ({ store }) => {
    await enqueue(store, { demand: { ...demand, calm: 'dusk' } })
    expect((await claim(store)).code).toBe('calm.unknown')
  },

  'a window lets through so many at once, in one opening, and on one day': async ({ store }) => {
    for (let i = 0; i < 6; i += 1) await enqueue(store, { demand: calm })
    await judge(store, true)
    const { claimed } = await claim(store, { others: 1 })
    expect(claimed).toHaveLength(2)
    for (const { attempt } of claimed)
      passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 }))
    expect((await claim(store, { perWindow: 3 })).ids).toHaveLength(1)
    expect((await claim(store, { perWindow: 3 })).refused?.sentence).toContain('its 3')
    await judge(store, false, t0 + 1)
    await judge(store, true, t0 + 2)
    expect((await claim(store, { perWindow: 3, perDay: 4 })).ids).toHaveLength(1)
    expect((await claim(store, { perWindow: 3, perDay: 4 })).refused?.sentence).toContain('today')
    expect((await claim(store, { perDay: 4, day: 'tue' })).ids).toHaveLength(2)
  },

  'openings are kept with what each let through and why it closed': async ({ store }) => {
    const { id } = await enqueue(store, { demand: calm })
    await judge(store, true)
    await claim(store)
    await judge(store, true, t0 + 10)
    await judge(store, false, t0 + 20, ['ann is at the keyboard'])
    expect(await store.openings({ name: 'night', limit: 9 })).toMatchObject([
      { openedAt: t0, closedAt: t0 + 20, taken: 1, tasks: [id], why: 'ann is at the keyboard' },
    ])
    expect(await store.windows('h1')).toMatchObject([
      { calm: false, why: ['ann is at the keyboard'], taken: 1, lastOpenedAt: t0 },
    ])
    const kinds = ['window.opened', 'window.closed'] as const
    expect(await store.facts({ kinds, limit: 9 })).toHaveLength(2)
  },

  'a pinned window lets nothing through, however calm': async ({ store }) => {
    await enqueue(store, { demand: calm })
    await judge(store, true)
    const lane = 'calm:night@h1'
    await store.pin({ lane, by: 'ann', reason: 'demo', until: null, now: t0 })
    expect((await claim(store)).code).toBe('gate.pinned')
  },

  'who only looks is told what the claim would refuse, window by window and label by label':
    async ({ store }) => {
      await enqueue(store, { demand: calm })
      const heavy = { ...demand, labels: ['heavy'] }
      for (let i = 0; i < 2; i += 1) await enqueue(store, { demand: heavy })
      const windows = { night: anyNumber }
      const caps = { labels: { heavy: 1 } }
      const look = async (now = t0, more = { windows }) => {
        const demandIds = (await store.readyDemands()).map(({ id }) => id)
        const bound = await store.boundNow({ host: 'h1', demandIds, now, caps, ...more })
        return bound.map(({ refusal }) => refusal)
      }
      const codes = async (...args: Parameters<typeof look>) =>
        (await look(...args)).map(({ code }) => code)
      expect(await codes(t0, { windows: {} as typeof windows })).toEqual(['calm.unknown'])
      expect(await codes()).toEqual(['calm.shut'])
      expect((await claim(store, {}, { caps })).ids).toHaveLength(1)
      expect(await codes()).toEqual(['calm.shut', 'cap.label'])
      await judge(store, true)
      expect(await codes(t0 + 29_999)).toEqual(['cap.label'])
      expect(await codes(t0 + 30_000)).toEqual(['calm.shut', 'cap.label'])
      await store.pin({ lane: 'calm:night@h1', by: 'ann', reason: 'demo', until: null, now: t0 })
      const told = await look()
      expect(told.map(({ code }) => code)).toEqual(['gate.pinned', 'cap.label'])
      const { refused } = await claim(store, {}, { caps })
      expect(told).toContainEqual(refused)
      const [heavyOne] = await store.unended('h1')
      passed(await store.end({ attemptId: heavyOne?.id ?? 0, verdict: success, now: t0 + 1 }))
      expect(await codes()).toEqual(['gate.pinned'])
    },

  'who waits for calm is counted, and one that waited too long asks for it no longer': async ({
    store,
  }) => {
    const first = await enqueue(store, { demand: calm })
    const second = await enqueue(store, { demand: calm, now: t0 + 5 })
    const waiting = await store.waitingForCalm({ name: 'night', limit: 1 })
    expect(waiting).toEqual({ count: 2, tasks: [{ id: first.id, readyAt: t0 }] })
    const waive = (taskId: number, ask: typeof forPerson | null) =>
      store.waiveCalm({ taskId, by: 'the window', reason: 'a day', ask, now: t0 + 9 })
    expect(await waive(first.id, null)).toEqual({ waived: true })
    expect(await waive(first.id, null)).toEqual({ waived: false })
    expect(await waive(second.id, forPerson)).toEqual({ waived: true })
    expect(await stateOf(store, second.id)).toBe('held')
    expect(await kindsOf(store, first.id)).toContain('task.waived')
    expect((await claim(store)).ids).toEqual([first.id])
    expect(await store.waitingForCalm({ name: 'night', limit: 1 })).toEqual({ count: 0, tasks: [] })
  },

  'caps per lane and per label hold, and what is capped holds up nobody': async ({ store }) => {
    const heavy = { ...demand, labels: ['heavy'] }
    for (let i = 0; i < 3; i += 1) await enqueue(store, { demand: heavy, priority: 9 })
    const light = await enqueue(store)
    const { ids } = await claim(store, {}, { caps: { labels: { heavy: 2 } } })
    expect(ids).toHaveLength(3)
    expect(ids).toContain(light.id)
    expect((await claim(store, {}, { caps: { labels: { heavy: 2 } } })).code).toBe('cap.label')
    expect((await claim(store, {}, { caps: { lanes: { fleet: 3 } } })).code).toBe('cap.full')
    expect(
      (await claim(store, {}, { caps: { lanes: { fleet: 4, 'host:h1': 9 } } })).ids,
    ).toHaveLength(1)
  },

  'two hosts at the cap of the fleet never exceed it': async ({ store, another }) => {
    const other = await another()
    for (let i = 0; i < 20; i += 1) await enqueue(store)
    const caps = { lanes: { fleet: 7 } }
    const lanes = ['agent:shell', 'fleet', 'host:h2']
    for (let round = 0; round < 6; round += 1)
      await Promise.all([
        claim(store, {}, { caps, seeds: seeds(2) }),
        claim(other, {}, { caps, seeds: seeds(2), host: 'h2', lanes }),
      ])
    expect(await store.unended(null)).toHaveLength(7)
  },
})
