// Every list that can grow goes on page by page: `next` of one page is what the next is asked with, in full, once each.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { offerReview, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene(`
schedules: { tides: { cron: '0 */6 * * *', run: 'true', scope: each } }
`)
  const { store, clock } = scene.fleet
  const now = clock.now()
  const { attempt } = await scene.session()
  for (let i = 0; i < 5; i++) await offerReview(scene.fleet, (await scene.session()).attempt)
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const held = { holder: 'ann', attemptId: null, until: now + 3_600_000, now }
    await store.acquireLock({ name, ...held })
    await store.claimWork({ key: name, taskId: null, ...held })
    await store.openIncident({ key: name, title: name, now })
    const convoy = { title: name, taskIds: [attempt.taskId], landing: null, by: 'ann', now }
    await store.createConvoy(convoy)
    const deed = await scene.ask('/api/schedules/tides/run', { method: 'POST', body: '{}' })
    expect(deed.status, await deed.text()).toBe(200)
  }
})
afterAll(() => scene.end())

type Said = Record<string, unknown[]> & { next: string | number | null }

/** All pages of two, to the end. */
async function walk(path: string, list: string, cursor: string): Promise<unknown[][]> {
  const pages: unknown[][] = []
  let from = ''
  for (;;) {
    const response = await scene.ask(`${path}?limit=2${from}`)
    const said = (await response.json()) as Said
    expect(response.status, JSON.stringify(said)).toBe(200)
    pages.push(said[list] ?? [])
    if (said.next === null || pages.length > 9) return pages
    from = `&${cursor}=${encodeURIComponent(said.next)}`
  }
}

test.each([
  ['/api/locks', 'locks', 'after', 'name', 'abcde'],
  ['/api/work', 'works', 'after', 'key', 'abcde'],
  ['/api/incidents', 'incidents', 'before', 'key', 'edcba'],
  ['/api/convoys', 'convoys', 'before', 'title', 'edcba'],
])('%s', async (path, list, cursor, field, all) => {
  const pages = (await walk(path, list, cursor)) as Record<string, string>[][]
  expect(pages.map((page) => page.map((one) => one[field]).join(''))).toEqual([
    all.slice(0, 2),
    all.slice(2, 4),
    all.slice(4),
  ])
})

test('what became of a schedule’s times', async () => {
  const pages = (await walk('/api/schedules/tides', 'firings', 'before')) as { dueAt: string }[][]
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
  const due = pages.flat().map(({ dueAt }) => dueAt)
  expect(due).toEqual(due.toSorted().toReversed())
  expect(new Set(due).size).toBe(5)
})

test('work that waits for a review, the longest waiting first', async () => {
  const pages = (await walk('/api/reviews', 'reviews', 'after')) as { judged: number }[][]
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
  const judged = pages.flat().map((one) => one.judged)
  expect(judged).toEqual(judged.toSorted((a, b) => a - b))
})

test('facts, back from the newest, each page as it happened', async () => {
  const { store } = scene.fleet
  const all = (await store.facts({ limit: 1_000 })).map(({ id }) => id)
  const seen: number[][] = []
  let before = ''
  do {
    const said = (await (await scene.ask(`/api/facts?limit=7${before}`)).json()) as {
      facts: { id: number }[]
      earlier: number | null
    }
    seen.unshift(said.facts.map(({ id }) => id))
    before = said.earlier === null ? '' : `&before=${said.earlier}`
  } while (before !== '')
  expect(seen.flat()).toEqual(all)
})

test.each([
  '/api/locks?after=',
  '/api/reviews?after=x',
  '/api/facts?before=0',
  '/api/work?state=free',
  '/api/incidents?before=0',
  '/api/convoys?before=x',
  '/api/schedules/tides?before=yesterday',
  '/api/locks?limit=501',
])('%s is refused with the field that is wrong', async (path) => {
  const response = await scene.ask(path)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'request.invalid' })
})
