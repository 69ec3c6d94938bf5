// Schedules: a due time makes its task once, whoever fires it and however often; what is accounted for is fenced; and a
// pattern of another host that lives is left to it.

import { expect } from 'vitest'

import { present } from '../../../../src/base/assert.ts'
import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { ScheduleState } from '../../../../src/model/schedule.ts'
import { conformance } from './world.ts'
import { t0, want } from './wants.ts'

const hour = 3_600_000
const know = async (store: Store, more: { spec?: string; host?: string; now?: number } = {}) => {
  const { spec = '0 * * * * @ UTC', host = 'h1', now = t0 } = more
  return await store.knowSchedule({ name: 'hourly', spec, nextAt: now + hour, host, now })
}
const known = async (store: Store): Promise<ScheduleState> =>
  present((await store.schedules())[0], 'the schedule is known')
const fire = (store: Store, dueAt: number, more: object = {}) =>
  store.fireSchedule({
    name: 'hourly',
    cursor: t0,
    upTo: dueAt,
    nextAt: dueAt + hour,
    firings: [{ dueAt, task: { ...want(), now: dueAt }, refused: null }],
    missed: null,
    host: 'h1',
    by: 'h1',
    now: dueAt,
    ...more,
  })
const kinds = async (store: Store) =>
  (await store.facts({ limit: 100 }))
    .map(({ body }) => body.kind)
    .filter((kind) => kind.startsWith('schedule.'))

export const scheduling = conformance('schedules', {
  'a due time makes its task and moves the fence, in one step': async ({ store }) => {
    expect(await know(store)).toMatchObject({ ok: true, schedule: { cursor: t0, fired: 0 } })
    const answer = await fire(store, t0 + hour)
    const { id } = present((await store.tasks({ limit: 9 })).tasks[0], 'a task was made')
    expect(answer).toMatchObject({
      ok: true,
      firings: [{ taskId: id, deduped: false, refused: null }],
    })
    expect(await known(store)).toMatchObject({
      cursor: t0 + hour,
      nextAt: t0 + 2 * hour,
      fired: 1,
      missed: 0,
      lastFiredAt: t0 + hour,
      lastTaskId: id,
    })
    const [newest] = await store.facts({ kinds: ['schedule.fired'], limit: 9 })
    expect(newest).toMatchObject({ taskId: id, body: { schedule: 'hourly', dueAt: t0 + hour } })
  },

  'who goes on from an older point is refused, and makes no task': async ({ store }) => {
    await know(store)
    await fire(store, t0 + hour)
    expect(await fire(store, t0 + hour)).toMatchObject({
      ok: false,
      refusal: { code: 'schedule.moved' },
    })
    expect((await store.counts()).ready).toBe(1)
    expect((await known(store)).fired).toBe(1)
  },

  'a due time that fired fires not again, though the fence went back': async ({ store }) => {
    await know(store)
    await fire(store, t0 + hour)
    const back = { cursor: t0 + hour, upTo: t0, firings: [] }
    expect(await fire(store, t0, back)).toMatchObject({ ok: true, firings: [] })
    expect(await kinds(store)).toEqual(['schedule.known', 'schedule.fired', 'schedule.rewound'])
    expect(await fire(store, t0 + hour)).toMatchObject({ ok: true, firings: [] })
    expect((await store.counts()).ready).toBe(1)
    expect(await store.scheduleFirings({ name: 'hourly', limit: 9 })).toHaveLength(1)
  },

  'hosts that fire the same due time at once make one task': async ({ store, another }) => {
    await know(store)
    const others = [store, await another(), await another()]
    const answers = await Promise.all(
      others.map((one, i) => fire(one, t0 + hour, { host: `h${i}`, by: `h${i}` })),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect((await store.counts()).ready).toBe(1)
    expect(await kinds(store)).toEqual(['schedule.known', 'schedule.fired'])
  },

  'what was missed is a fact with its count, and what is refused makes no task': async ({
    store,
  }) => {
    await know(store)
    const missed = { from: t0 + hour, to: t0 + 3 * hour, count: 3 }
    const firings = [{ dueAt: t0 + 4 * hour, task: null, refused: 'no such folder' }]
    await fire(store, t0 + 4 * hour, { missed, firings })
    expect(await kinds(store)).toEqual(['schedule.known', 'schedule.refused', 'schedule.missed'])
    expect(await known(store)).toMatchObject({ fired: 0, missed: 3, refused: 'no such folder' })
    expect((await store.counts()).ready).toBe(0)
    await fire(store, t0 + 5 * hour, { cursor: t0 + 4 * hour })
    expect(await known(store)).toMatchObject({ fired: 1, refused: null })
  },

  'an earlier task that has the key is told, and nothing new is made': async ({ store }) => {
    await know(store)
    const task = { ...want(), key: { key: 'schedule:hourly', scope: 'open' as const } }
    const firings = (dueAt: number) => ({ firings: [{ dueAt, task, refused: null }] })
    await fire(store, t0 + hour, firings(t0 + hour))
    const again = await fire(store, t0 + 2 * hour, {
      cursor: t0 + hour,
      ...firings(t0 + 2 * hour),
    })
    expect(again).toMatchObject({ ok: true, firings: [{ deduped: true }] })
    expect((await store.counts()).ready).toBe(1)
    const [newest] = await store.scheduleFirings({ name: 'hourly', limit: 1 })
    expect(newest).toMatchObject({ deduped: true, dueAt: t0 + 2 * hour })
  },

  'another pattern begins anew: nothing before it is owed': async ({ store }) => {
    await know(store)
    await fire(store, t0 + hour)
    const now = t0 + 5 * hour
    expect(await know(store, { spec: '30 * * * * @ UTC', now })).toMatchObject({
      ok: true,
      schedule: { cursor: now, fired: 1 },
    })
    expect(await know(store, { spec: '30 * * * * @ UTC', now: now + 1 })).toMatchObject({
      schedule: { cursor: now },
    })
  },

  'the pattern of another host that lives is left to it; of one that is gone, taken over': async ({
    store,
  }) => {
    const host = {
      ...{ bootId: 'b', pid: 1, startTicks: null, running: true },
      holderAlive: () => false,
    }
    await store.enterHost({ ...host, name: 'h1', pulseAt: t0, now: t0 })
    await know(store)
    const other = { spec: '30 * * * * @ UTC', host: 'h2' }
    expect(await know(store, other)).toMatchObject({
      ok: false,
      refusal: { code: 'schedule.other' },
    })
    expect((await known(store)).spec).toBe('0 * * * * @ UTC')
    const later = await know(store, { ...other, now: t0 + hour })
    expect(later).toMatchObject({ ok: true, schedule: { host: 'h2' } })
  },

  'what a host no longer keeps is forgotten, and what another brought is not': async ({
    store,
  }) => {
    await know(store)
    expect(await store.retireSchedules({ host: 'h2', keep: [], now: t0 })).toEqual({ retired: [] })
    const kept = await store.retireSchedules({ host: 'h1', keep: ['hourly'], now: t0 })
    expect(kept).toEqual({ retired: [] })
    expect(await store.retireSchedules({ host: 'h1', keep: [], now: t0 })).toEqual({
      retired: ['hourly'],
    })
    expect(await store.schedules()).toEqual([])
    expect(await fire(store, t0 + hour)).toMatchObject({ ok: false })
  },

  'firings are kept in a bounded number': async ({ store }) => {
    await know(store)
    for (let i = 1; i <= 205; i += 1)
      await fire(store, t0 + i * hour, {
        cursor: t0 + (i - 1) * hour,
        firings: [{ dueAt: t0 + i * hour, task: null, refused: 'no' }],
      })
    expect(await store.scheduleFirings({ name: 'hourly', limit: 999 })).toHaveLength(201)
  },
})
