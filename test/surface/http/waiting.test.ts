// What waits and what keeps others out, as the API tells it and changes it: holds by class, locks, work keys, calm windows,
// accounts and reviews. A session reaches its own alone.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { bySession } from '../../../src/lifecycle/intake/by-session.ts'
import { offerReview, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene(`
windows:
  night: { clock: ['22:00-06:00'], load: 0.5, perDay: 3 }
schedules:
  tides: { cron: '0 */6 * * *', timezone: UTC, run: 'true', title: Read the gauge }
`)
})
afterAll(() => scene.end())

type Json = Record<string, unknown>
const get = async (path: string) => (await (await scene.ask(path)).json()) as Json
async function post(path: string, body: object, as?: string) {
  const response = await scene.ask(path, {
    method: 'POST',
    body: JSON.stringify(body),
    ...(as !== undefined && { as }),
  })
  return { status: response.status, ...((await response.json()) as Json) }
}
const add = async (body: object) =>
  ((await post('/api/tasks', { run: 'true', ...body })) as unknown as { task: { id: number } }).task
    .id

describe('holds', () => {
  test('are counted by class in the store, and shown page by page, the oldest first', async () => {
    for (let i = 0; i < 7; i++) await add({ title: `later ${i}`, until: '5h' })
    const asked = await add({ title: 'asked', until: '5h' })
    await post(`/api/tasks/${asked}/hold`, { ask: 'may it?' })
    const { classes } = await get('/api/holds')
    expect(classes).toMatchObject([
      { class: 'person', waiting: 1, needPerson: 1, mechanism: expect.any(String) },
      { class: 'time', waiting: 8, needPerson: 0, does: expect.stringMatching(/./) },
    ])
    const titles: string[] = []
    let after = ''
    do {
      const path = `/api/holds?kind=time&limit=3${after === '' ? '' : `&after=${after}`}`
      const page = (await get(path)) as { holds: { title: string }[]; next: string | null }
      titles.push(...page.holds.map(({ title }) => title))
      after = page.next ?? ''
    } while (after !== '')
    expect(titles).toEqual([...Array.from({ length: 7 }, (_, i) => `later ${i}`), 'asked'])
    expect((await get('/api/holds?kind=person&person=true'))['holds']).toHaveLength(1)
    expect((await get('/api/holds?kind=person'))['holds']).toEqual([])
    expect((await scene.ask('/api/holds?kind=time&after=x')).status).toBe(400)
  })

  test('of every kind that the command line knows are put, and two at once are refused', async () => {
    const id = await add({ title: 'waits' })
    const other = await add({ title: 'other' })
    await post('/api/locks/acquire', { name: 'harbour' })
    await post('/api/work/claim', { key: 'charts' })
    for (const [body, kind] of [
      [{ until: '2h' }, 'time'],
      [{ after: other }, 'after'],
      [{ lock: 'harbour' }, 'lock'],
      [{ work: 'charts' }, 'work'],
      [{ check: 'test -e /tmp/x', every: '5m' }, 'check'],
      [{ checkFile: '/tmp/x' }, 'check'],
      [{ checkUrl: 'http://127.0.0.1:1/' }, 'check'],
      [{ ask: 'red?' }, 'person'],
    ] as const)
      expect(await post(`/api/tasks/${id}/hold`, body)).toMatchObject({ hold: { kind } })
    expect(await post(`/api/tasks/${id}/hold`, { until: '2h', ask: 'x' })).toMatchObject({
      status: 400,
      code: 'usage.release',
    })
  })

  test('of a session are its own: it ends, its task waits, and nothing was put before', async () => {
    const own = await scene.session()
    const other = await scene.session()
    const mine = `/api/tasks/${own.attempt.taskId}/hold`
    expect(await post(mine, { until: '2h' }, other.token)).toMatchObject({ status: 403 })
    expect(await post(mine, { ask: 'x' }, own.token)).toMatchObject({ code: 'usage.ask' })
    expect(await post(mine, { until: '2h' }, own.token)).toMatchObject({ hold: null, ending: true })
    const { store } = scene.fleet
    expect((await store.attempt(own.attempt.id))?.stop).toMatchObject({ reason: 'its task waits' })
    expect((await store.attempt(other.attempt.id))?.stop).toBeNull()
    expect(await store.holdsOf(own.attempt.taskId, true)).toEqual([])
  })
})

const locksHeld = async () =>
  ((await get('/api/locks')) as { locks: { name: string }[] }).locks.map(({ name }) => name)

describe('locks and work keys', () => {
  test('a session holds as its attempt, whatever it calls itself, and frees nobody else’s', async () => {
    const own = await scene.session()
    const other = await scene.session()
    const lock = (name: string, body: object, as: string) =>
      post(`/api/locks/${name}`, { name: 'merge', ...body }, as)
    const taken = (await lock('acquire', { as: 'ann' }, own.token)) as unknown as {
      lock: { epoch: number; holder: string }
    }
    expect(taken.lock.holder).toBe(`attempt ${own.attempt.id}`)
    const { epoch } = taken.lock
    expect(await lock('acquire', {}, other.token)).toMatchObject({ status: 409, code: 'lock.held' })
    expect(await lock('release', { epoch }, other.token)).toMatchObject({ code: 'lock.not_yours' })
    expect(await lock('renew', { epoch }, other.token)).toMatchObject({ code: 'lock.not_yours' })
    expect(await lock('release', { force: true }, other.token)).toMatchObject({
      code: 'lock.force',
    })
    expect(await lock('renew', { epoch, forMs: 60_000 }, own.token)).toMatchObject({ status: 200 })
    expect(await locksHeld()).toContain('merge')
    expect(await lock('release', { force: true }, scene.operator)).toMatchObject({ released: true })
    expect(await lock('renew', { epoch }, own.token)).toMatchObject({ code: 'lock.lost' })
    expect(await locksHeld()).not.toContain('merge')
  })

  test('work is done once, and only a person forgets it', async () => {
    const own = await scene.session()
    const other = await scene.session()
    const work = (what: string, as: string, more: object = {}) =>
      post(`/api/work/${what}`, { key: 'charts 1912', ...more }, as)
    expect(await work('claim', own.token)).toMatchObject({ work: { state: 'claimed' } })
    expect(await work('claim', other.token)).toMatchObject({ status: 409 })
    expect(await work('complete', other.token)).toMatchObject({ status: 409 })
    const done = await work('complete', own.token, { note: 'drawn' })
    expect(done).toMatchObject({ work: { state: 'completed', note: 'drawn', until: null } })
    expect(await work('claim', other.token)).toMatchObject({ status: 409 })
    expect(await work('forget', other.token)).toMatchObject({ status: 403, code: 'access.rights' })
    expect(await work('forget', scene.operator)).toMatchObject({
      was: expect.stringMatching(/^completed by attempt/),
    })
    expect(await work('claim', other.token)).toMatchObject({ work: { state: 'claimed' } })
    expect(await work('abandon', other.token)).toMatchObject({ abandoned: true })
    const { works } = (await get('/api/work')) as { works: { key: string }[] }
    expect(works.map(({ key }) => key)).not.toContain('charts 1912')
    expect(await post('/api/work/claim', { key: ' x' })).toMatchObject({ status: 400 })
  })
})

test('a calm window tells what it asks, who waits for it, and what each host says', async () => {
  const id = await add({ title: 'calm', calm: 'night' })
  const { store, clock } = scene.fleet
  await store.judgeWindow({
    name: 'night',
    host: 'h1',
    calm: false,
    why: ['load 0.9 per core, at most 0.5'],
    quietSince: null,
    day: '2026-11-20',
    busy: [{ hour: 26, least: 0.1 }],
    now: clock.now(),
  })
  const { windows } = await get('/api/windows')
  expect(windows).toMatchObject([
    {
      name: 'night',
      asks: ['22:00 to 06:00', 'load at most 0.5 per core', '3 tasks a day'],
      waiting: 1,
      tasks: [id],
      hosts: [{ host: 'h1', calm: false, lane: 'calm:night@h1', leastBusyHour: 2 }],
    },
  ])
})

test('tasks that land together are named, changed and landed; and the fleet says why nothing more runs', async () => {
  const ask = async (method: string, path: string, body?: object) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await scene.ask(path, init)
    return { status: response.status, said: (await response.json()) as never }
  }
  const added = async () =>
    (await ask('POST', '/api/tasks', { title: 'a member', run: 'true', until: '5h' })).said['task'][
      'id'
    ] as number
  const [a, b] = [await added(), await added()]
  const title = 'Leave the harbour'
  const made = await ask('POST', '/api/convoys', { title, tasks: [a], landRun: 'echo off' })
  expect(made.said).toMatchObject({ convoy: { title, open: 1, createdBy: 'operator' } })
  const { id, landingTask } = made.said['convoy']
  const changed = await ask('POST', `/api/convoys/${id}/members`, { add: [b], remove: [a] })
  expect(changed.said).toMatchObject({ convoy: { members: [{ task: b }] } })
  expect((await ask('POST', `/api/tasks/${b}/done`, {})).status).toBe(200)
  expect((await ask('GET', `/api/convoys/${id}`)).said).toMatchObject({ convoy: { done: 1 } })
  // Its members are done: what waits is the task that lands it, and nobody dispatches.
  expect((await ask('GET', `/api/tasks/${landingTask}`)).said).toMatchObject({
    task: { state: 'ready', run: 'echo off' },
  })
  const why = await ask('GET', '/api/why')
  expect(why.said).toMatchObject({
    reasons: expect.arrayContaining([
      { what: 'no dispatcher is running', release: '`midwatch up`' },
    ]),
  })
  expect((await ask('POST', '/api/convoys', { title, tasks: [999_999] })).status).toBe(404)
  expect((await ask('POST', '/api/convoys', { title, tasks: [] })).status).toBe(400)
  const two = { title, tasks: [a], landRun: 'true', landPrompt: 'Land it.' }
  expect((await ask('POST', '/api/convoys', two)).status).toBe(400)
  expect((await ask('GET', '/api/convoys/999')).status).toBe(404)
})

test('a schedule tells its next times, and is run by hand once more', async () => {
  const { schedules } = await get('/api/schedules')
  expect(schedules).toMatchObject([
    { name: 'tides', cron: '0 */6 * * *', known: false, overdue: false, title: 'Read the gauge' },
  ])
  const shown = (await get('/api/schedules/tides')) as { schedule: { times: string[] } }
  expect(shown.schedule.times).toHaveLength(5)
  expect(shown.schedule.times.every((one) => /T(00|06|12|18):00:00/.test(one))).toBe(true)
  const ran = await post('/api/schedules/tides/run', {})
  expect(ran).toMatchObject({ schedule: 'tides', firing: { task: expect.any(Number) } })
  expect(((await get('/api/schedules/tides')) as { firings: object[] }).firings).toHaveLength(1)
  expect((await scene.ask('/api/schedules/none')).status).toBe(404)
})

test('an account is chosen for a time, shown first, and the choice ended', async () => {
  const { accounts } = (await get('/api/accounts')) as {
    accounts: { account: string; agents: string[] }[]
  }
  const account = accounts.find(({ agents }) => agents.includes('claude'))?.account ?? ''
  const use = (query: string) => post(`/api/accounts/use${query}`, { account, reason: 'cheap' })
  expect(await use('?preview=true')).toMatchObject({ preview: true, choices: [{ account }] })
  const { store, clock } = scene.fleet
  expect(await store.choices({ now: clock.now() })).toEqual([])
  expect(await use('')).toMatchObject({ preview: false, choices: [{ reason: 'cheap' }] })
  expect(await store.choices({ now: clock.now() })).toMatchObject([{ agent: 'claude', account }])
  expect(await post('/api/accounts/use', { account: 'nobody' })).toMatchObject({ status: 404 })
  expect(await post('/api/accounts/reset', {})).toMatchObject({ ended: [{ agent: 'claude' }] })
  expect(await store.choices({ now: clock.now() })).toEqual([])
})

test('work that waits for a review is listed, and a person decides it once', async () => {
  const own = await scene.session()
  const { store } = scene.fleet
  const { taskId } = own.attempt
  await offerReview(scene.fleet, own.attempt)
  const { reviews } = (await get('/api/reviews')) as { reviews: { task: number }[] }
  expect(reviews).toMatchObject([{ judged: taskId, decision: null, title: 'its own' }])
  const path = `/api/reviews/${reviews[0]?.task}/decide`
  expect(await post(path, { decision: 'approve', text: 'good' })).toMatchObject({ status: 200 })
  expect(await post(path, { decision: 'reject', text: 'no' })).toMatchObject({ status: 409 })
  expect((await store.task(taskId))?.state).toBe('settled')
  expect((await get('/api/reviews'))['reviews']).toEqual([])
})

test('how far sessions of sessions reach is the same by every way in', async () => {
  const { store, clock } = scene.fleet
  const own = await scene.session()
  // The session of a task that a session of a session has added.
  scene.setDepth(own.attempt.taskId, 3)
  const body = { title: 'deeper', run: 'true' }
  expect(await post('/api/tasks', body, own.token)).toMatchObject({
    status: 409,
    code: 'session.too_deep',
  })
  const eager = await scene.session()
  for (let i = 0; i < 50; i++)
    await store.enqueue({
      title: `${i}`,
      priority: 0,
      demand: (await store.task(eager.attempt.taskId))?.demand ?? never(),
      order: (await store.task(eager.attempt.taskId))?.order ?? never(),
      attemptsMax: 1,
      key: null,
      holds: [],
      againOf: null,
      origin: bySession(eager.attempt),
      by: `attempt ${eager.attempt.id}`,
      now: clock.now(),
    })
  expect(await post('/api/tasks', body, eager.token)).toMatchObject({ code: 'session.too_many' })
})

function never(): never {
  throw new Error('it is there')
}
