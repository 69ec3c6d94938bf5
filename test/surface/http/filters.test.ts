// Every filter of every list that the contract states: with a right value it answers exactly those of the whole list that are
// so, some and not all of them; together with another it answers those that are both; and with a wrong value it is refused by
// its name. Made from the contract.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type RouteName, routes } from '../../../src/surface/http/contract.ts'
import type { Route } from '../../../src/surface/http/contract/route.ts'
import { type Filter, type List, lists, notLists, others } from './filters.ts'
import { lost, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
  await fill(scene)
})
afterAll(() => scene.end())

/** Tasks of every state and outcome, with something of everything that a list tells apart. */
async function fill({ ask, session, fleet }: Scene) {
  const post = async (path: string, body: object, as?: string) => {
    const response = await ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      ...(as !== undefined && { as }),
    })
    expect(response.status, `${path}: ${await response.clone().text()}`).toBe(200)
    return (await response.json()) as Record<string, Record<string, number>>
  }
  const add = (title: string, more: object = {}) =>
    post('/api/tasks', { title, run: 'true', ...more })
  const { store, clock } = fleet
  const now = clock.now()
  const { attempt } = await session() // 1, which is lost
  await store.end({ attemptId: attempt.id, verdict: lost, now })
  await add('Mend the sail', { until: '5h', labels: ['deck', 'cloth'] }) // 2
  await add('Sail the boat', { run: undefined, prompt: 'go', agent: 'claude' }) // 3
  await add('Ring the bell', { labels: ['bell'] }) // 4
  await add('Call the pilot', { until: '2h' }) // 5
  const one = await session() // 6
  const two = await session() // 7
  await post(`/api/tasks/${(await add('Paint it'))['task']?.['id']}/cancel`, {})
  await post(`/api/tasks/${(await add('Tar it'))['task']?.['id']}/done`, {})
  await post(`/api/tasks/${(await add('Burn it'))['task']?.['id']}/fail`, { text: 'no' })
  await post('/api/tasks/5/hold', { ask: 'red?' })
  for (const [key, who] of [
    ['a', one],
    ['b', two],
    ['c', one],
  ] as const)
    await post('/api/effects/begin', { key }, who.token)
  await post('/api/effects/commit', { key: 'a' }, one.token)
  await post('/api/effects/abort', { key: 'b' }, two.token)
  const mail = { key: 'd', kind: 'mail', paramsHash: 'x', params: {}, check: null }
  const holder = { attemptId: one.attempt.id, process: null }
  const until = now + 60_000
  await store.reserveEffect({ ...mail, holder, until, noTwinSince: null, by: 'ann', now })
  await elsewhere(fleet)
  for (const key of ['a', 'b']) await post('/api/work/claim', { key, as: 'ann' })
  await post('/api/work/complete', { key: 'b', as: 'ann' })
  for (const key of ['one', 'two']) await store.openIncident({ key, title: key, now })
  await store.resolveIncident({ key: 'one', by: 'ann', now })
  await post('/api/gates/agent:claude/pause', {})
}

/** The task of the other agent is tried on another host. */
async function elsewhere({ store, clock, random }: Scene['fleet']) {
  const now = clock.now()
  const { claimed } = await store.claim({
    agent: 'claude',
    host: 'h2',
    lanes: ['agent:claude', 'fleet', 'host:h2'],
    demandIds: (await store.readyDemands()).map(({ id }) => id),
    agentSlots: 1,
    hostSlots: 9,
    seeds: [{ nonce: random.hex(8), tokenHash: random.hex(8) }],
    configHash: 'x',
    leaseUntil: now + 60_000,
    now,
  })
  expect(claimed.map(({ attempt }) => attempt.taskId)).toEqual([3])
}

interface AnyList {
  readonly rows: (said: unknown) => readonly unknown[]
  readonly by: Readonly<Record<string, Filter<unknown>>>
}
const all = (Object.entries(lists) as unknown as [List, AnyList][]).flatMap(
  ([name, { rows, by }]) =>
    Object.entries(by).map(([field, filter]) => ({ name, field, filter, rows })),
)
const pathOf = (name: List) => routes[name].path

async function listed(
  name: List,
  rows: AnyList['rows'],
  query: string,
): Promise<readonly unknown[]> {
  const response = await scene.ask(`${pathOf(name)}?${query}`)
  const text = await response.text()
  expect(response.status, `${name} ${query}: ${text}`).toBe(200)
  return rows(JSON.parse(text))
}

const keyOf = (row: unknown): string => {
  const { id, key, lane } = row as Record<string, unknown>
  return String(id ?? key ?? lane)
}
const keys = (rows: readonly unknown[]) => rows.map(keyOf).toSorted()

describe.each(all)('$name by $field', ({ name, field, filter, rows }) => {
  const { right, wrong, mayBeAll = false } = filter
  test.each(right)('%s answers those that are so, and no others', async (value, fits) => {
    const whole = await listed(name, rows, '')
    const found = await listed(name, rows, `${field}=${value.replaceAll(' ', '%20')}`)
    expect(keys(found)).toEqual(keys(whole.filter(fits)))
    if (mayBeAll) return
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(whole.length)
  })

  test.each(wrong)('%s is refused', async (value) => {
    const response = await scene.ask(`${pathOf(name)}?${field}=${encodeURIComponent(value)}`)
    const said = (await response.json()) as { code: string; sentence: string; remedy: string }
    expect(response.status, JSON.stringify(said)).toBe(400)
    expect(said.sentence).toContain(field)
    expect(said.remedy).toMatch(/./)
  })

  const neighbours = all.filter((one) => one.name === name && one.field !== field)
  test.each(neighbours)('and $field at once answer those that are both', async (other) => {
    for (const [value, fits] of right)
      for (const [second, fitsToo] of other.filter.right) {
        const query = `${field}=${value}&${other.field}=${second}`.replaceAll(' ', '%20')
        const found = await listed(name, rows, query)
        const whole = await listed(name, rows, '')
        expect(keys(found), query).toEqual(keys(whole.filter((row) => fits(row) && fitsToo(row))))
      }
  })
})

test('every filter that the contract states is among them', () => {
  const stated = (Object.entries(routes) as [RouteName, Route][])
    .filter(
      ([name, { method }]) => method === 'GET' && !(notLists as readonly string[]).includes(name),
    )
    .flatMap(([name, { query }]) =>
      Object.keys(query?.shape ?? {})
        .filter((field) => !(others as readonly string[]).includes(field))
        .map((field) => `${name} ${field}`),
    )
  expect(all.map(({ name, field }) => `${name} ${field}`).toSorted()).toEqual(stated.toSorted())
})
