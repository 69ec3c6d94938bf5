// Lists page by page: each page goes on where the last one ended, whatever came meanwhile, and the last says that it is.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import { pageOf } from '../../../../src/surface/paging.ts'
import { conformance } from './world.ts'
import { enqueue, passed, t0, want } from './wants.ts'

/** Walks to the end by pages of two, and answers them; `meanwhile` happens after each. */
async function walk<T, C extends string | number>(
  find: (limit: number, from: C | undefined) => Promise<readonly T[]>,
  cursorOf: (one: T) => C,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<T[][]> {
  const pages: T[][] = []
  let from: C | undefined
  do {
    const { rows, next } = await pageOf(2, (limit) => find(limit, from), cursorOf)
    pages.push([...rows])
    await meanwhile()
    from = next ?? undefined
  } while (from !== undefined && pages.length < 9)
  return pages
}

const acquire = (store: Store, name: string) =>
  store.acquireLock({ name, holder: 'ann', attemptId: null, until: t0 + 9, now: t0 })
const claim = (store: Store, key: string) =>
  store.claimWork({ key, holder: 'ann', attemptId: null, taskId: null, until: t0 + 9, now: t0 })

export const paging = conformance('lists page by page', {
  'locks come by name, and what is free is not among them': async ({ store }) => {
    for (const name of ['e', 'a', 'd', 'c', 'b']) passed(await acquire(store, name))
    passed(await store.releaseLock({ name: 'c', epoch: 1, by: 'ann', now: t0 }))
    const find = (limit: number, after?: string) =>
      store.locks({ limit, ...(after !== undefined && { after }) })
    const names = async (meanwhile?: () => Promise<unknown>) =>
      (await walk(find, (one) => one.name, meanwhile)).map((page) => page.map(({ name }) => name))
    expect(await names()).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ])
    // What is freed and taken before the cursor neither repeats nor skips another.
    const free = () => store.releaseLock({ name: 'a', epoch: null, by: 'ann', now: t0 })
    expect(await names(free)).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ])
    expect(await store.locks({ name: 'c', after: 'z', limit: 9 })).toMatchObject([{ free: true }])
  },

  'work keys come by key, all of them or those of one state': async ({ store }) => {
    for (const key of ['e', 'a', 'd', 'c', 'b']) passed(await claim(store, key))
    for (const key of ['b', 'd', 'e'])
      passed(await store.completeWork({ key, holder: 'ann', note: '', until: null, now: t0 }))
    passed(await store.forgetWork({ key: 'a', by: 'ann', now: t0 }))
    const find = (limit: number, after?: string) =>
      store.workKeys({ limit, ...(after !== undefined && { after }) })
    const keys = (pages: { key: string }[][]) => pages.map((page) => page.map(({ key }) => key))
    expect(keys(await walk(find, (one) => one.key))).toEqual([
      ['b', 'c'],
      ['d', 'e'],
    ])
    const completed = (limit: number, after?: string) =>
      store.workKeys({ state: 'completed', limit, ...(after !== undefined && { after }) })
    expect(keys(await walk(completed, (one) => one.key))).toEqual([['b', 'd'], ['e']])
    expect(keys([[...(await store.workKeys({ state: 'claimed', limit: 9 }))]])).toEqual([['c']])
  },

  'convoys come newest first, and one that is made meanwhile moves none': async ({ store }) => {
    const { id } = await enqueue(store)
    const create = (title: string) =>
      store.createConvoy({ title, taskIds: [id], landing: null, by: 'ann', now: t0 })
    for (const title of ['one', 'two', 'three']) await create(title)
    const find = (limit: number, before?: number) =>
      store.convoys({ limit, ...(before !== undefined && { before }) })
    const pages = await walk(
      find,
      (one) => one.id,
      () => create('newer'),
    )
    expect(pages.map((page) => page.map(({ title }) => title))).toEqual([['three', 'two'], ['one']])
  },

  'incidents come newest first, open ones or all; one is found by its number, the newest by its key':
    async ({ store }) => {
      for (const key of ['a', 'b', 'c', 'd']) await store.openIncident({ key, title: key, now: t0 })
      await store.resolveIncident({ key: 'c', by: 'ann', now: t0 })
      const of = (openOnly: boolean) => (limit: number, before?: number) =>
        store.incidents({ openOnly, limit, ...(before !== undefined && { before }) })
      const keys = async (openOnly: boolean) =>
        (await walk(of(openOnly), (one) => one.id)).map((page) => page.map(({ key }) => key))
      expect(await keys(false)).toEqual([
        ['d', 'c'],
        ['b', 'a'],
      ])
      expect(await keys(true)).toEqual([['d', 'b'], ['a']])
      const [oldest] = (await store.incidents({ openOnly: false, limit: 9 })).slice(-1)
      const id = oldest?.id ?? 0
      expect(await store.incident({ id })).toEqual(oldest)
      expect(await store.incident({ id: id + 999 })).toBeNull()
      const later = t0 + 365 * 86_400_000
      await store.openIncident({ key: 'c', title: 'c again', now: later })
      expect(await store.incident({ key: 'c' })).toMatchObject({ title: 'c again' })
      expect(await store.incident({ key: 'nothing' })).toBeNull()
    },

  'what became of a schedule’s times comes newest first, back to what is kept': async ({
    store,
  }) => {
    const fire = (name: string, dueAt: number, cursor: number) =>
      store.fireSchedule({
        ...{ name, cursor, upTo: dueAt, nextAt: dueAt + 1, missed: null },
        firings: [{ dueAt, task: { ...want(), now: dueAt }, refused: null }],
        ...{ host: 'h1', by: 'h1', now: dueAt },
      })
    for (const name of ['tides', 'other']) {
      await store.knowSchedule({ name, spec: 's', nextAt: t0 + 1, host: 'h1', now: t0 })
      for (const i of [1, 2, 3, 4, 5]) passed(await fire(name, t0 + i, t0 + i - 1))
    }
    const find = (limit: number, before?: number) =>
      store.scheduleFirings({ name: 'tides', limit, ...(before !== undefined && { before }) })
    const pages = await walk(find, (one) => one.dueAt)
    expect(pages.map((page) => page.map(({ dueAt }) => dueAt - t0))).toEqual([[5, 4], [3, 2], [1]])
  },
})
