// What people look for: words in titles, holds of a kind, firings by the hour, and how much a session has added.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { afterTask, enqueue, forPerson, settled, t0, untilTime } from './wants.ts'

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

  'firings are told by the hour, of all hosts': async ({ store }) => {
    const hour = 3_600_000
    const fire = (host: string, now: number, times: number) =>
      store.reportMechanism({ host, firings: [{ name: 'clock', had: 0, moved: 0, times }], now })
    await fire('a', t0, 3)
    await fire('b', t0 + 1, 4)
    await fire('a', t0 + hour, 5)
    const first = Math.floor(t0 / hour)
    expect(await store.firedByHour({ since: t0 })).toEqual([
      { hour: first, fired: 7 },
      { hour: first + 1, fired: 5 },
    ])
    expect(await store.firedByHour({ since: t0 + hour })).toHaveLength(1)
  },
})
