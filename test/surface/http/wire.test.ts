// What clients lean on: tags for what is unchanged, keys for what is asked twice, pages with a cursor, trouble with a
// remedy, and answers as the contract describes them.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'

import { hashOf } from '../../../src/base/ids.ts'
import { type RouteName, routes } from '../../../src/surface/http/contract.ts'
import { anyDemand, order as orderLike } from '../../support/nouns.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.end())

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  scene.ask(path, { method: 'POST', body: JSON.stringify(body), headers })

const add = async (title: string) =>
  ((await (await post('/api/tasks', { title, run: 'true' })).json()) as { task: { id: number } })
    .task.id

/** A settled review of that task. */
async function addReview(judged: number): Promise<number> {
  const { store, clock } = scene.fleet
  const now = clock.now()
  const order = { ...orderLike(), prompt: 'judge', run: null, reviewOf: judged }
  const want = { title: 'review', priority: 0, demand: anyDemand, order, attemptsMax: 1 }
  const { task } = await store.enqueue({
    ...want,
    key: null,
    holds: [],
    againOf: null,
    by: 'x',
    now,
  })
  await store.settleByHand({ taskId: task.id, outcome: 'failed', by: 'x', reason: '', now })
  return task.id
}

test('an unchanged answer is told as such, a changed one anew', async () => {
  await add('one')
  const first = await scene.ask('/api/tasks')
  const etag = first.headers.get('etag') ?? ''
  const headers = { 'if-none-match': etag }
  expect((await scene.ask('/api/tasks', { headers })).status).toBe(304)
  await add('two')
  expect((await scene.ask('/api/tasks', { headers })).status).toBe(200)
})

test('the same key makes one task, even after a restart; with another request it is refused', async () => {
  const body = { title: 'keyed', run: 'true' }
  const key = { 'idempotency-key': 'abc' }
  const [first, second] = await Promise.all([
    post('/api/tasks', body, key).then((response) => response.text()),
    post('/api/tasks', body, key).then((response) => response.text()),
  ])
  expect(second).toBe(first)
  const other = await post('/api/tasks', { ...body, title: 'another' }, key)
  expect(await other.json()).toMatchObject({ status: 422, code: 'request.key_reused' })
  await scene.again()
  expect(await (await post('/api/tasks', body, key)).text()).toBe(first)
  const { tasks } = await scene.fleet.store.briefs({ limit: 100 })
  expect(tasks.filter(({ title }) => title === 'keyed')).toHaveLength(1)
})

test('what was done under a key is not done again after a restart, and what was cut off is told so', async () => {
  const id = await add('held once')
  const key = { 'idempotency-key': 'hold-it' }
  const hold = () => post(`/api/tasks/${id}/hold`, { until: '2h' }, key)
  const first = await (await hold()).text()
  await scene.again()
  expect(await (await hold()).text()).toBe(first)
  expect(await scene.fleet.store.holdsOf(id, true)).toHaveLength(1)
  // A refusal is judged anew each time, for what it was refused for may be over.
  const refusedKey = { 'idempotency-key': 'settle' }
  const again = () => post(`/api/tasks/${id}/again`, {}, refusedKey)
  expect((await again()).status).toBe(409)
  await post(`/api/tasks/${id}/cancel`, {})
  expect((await again()).status).toBe(200)
})

test('a request whose answer was lost with its process is not done blindly again', async () => {
  const { store, clock } = scene.fleet
  const id = await add('cut off')
  const path = `/api/tasks/${id}/hold`
  const body = { until: '2h' }
  const asked = hashOf(`POST ${scene.url}${path} ${JSON.stringify(body)}`)
  const begun = (key: string, at: number) =>
    store.takeReply({ key: hashOf(`reply operator ${key}`), asked, asker: 'dead', now: at })
  await begun('just-now', clock.now())
  await begun('long-ago', clock.now() - 60_000)
  const soon = await post(path, body, { 'idempotency-key': 'just-now' })
  expect([soon.status, soon.headers.get('retry-after')]).toEqual([503, '2'])
  const lost = await post(path, body, { 'idempotency-key': 'long-ago' })
  expect(await lost.json()).toMatchObject({ status: 409, code: 'request.answer_lost' })
  expect(await store.holdsOf(id, true)).toEqual([])
})

test('words are looked for in all tasks, ids are shown alone', async () => {
  const ids = [await add('Refit the SAILS'), await add('refit the hull')]
  const found = async (query: string) => {
    const said = await (await scene.ask(`/api/tasks?${query}`)).json()
    return (said as { tasks: { id: number }[] }).tasks.map(({ id }) => id)
  }
  expect(await found('words=sails+refit')).toEqual([ids[0]])
  expect(await found('words=refit')).toEqual(ids.toReversed())
  expect(await found(`ids=${ids[1]}`)).toEqual([ids[1]])
})

test('a list goes on at its cursor without a gap or a repeat', async () => {
  for (let i = 0; i < 7; i++) await add(`row ${i}`)
  const seen: number[] = []
  let before: number | null = null
  do {
    const path: string = `/api/tasks?limit=3${before === null ? '' : `&before=${before}`}`
    const page = (await (await scene.ask(path)).json()) as {
      tasks: { id: number }[]
      next: number | null
    }
    seen.push(...page.tasks.map(({ id }) => id))
    before = page.next
  } while (before !== null)
  const { tasks } = await scene.fleet.store.briefs({ limit: 1_000 })
  expect(seen).toEqual(tasks.map(({ id }) => id))
})

test('trouble has a code, a sentence and a remedy, the same as on the command line', async () => {
  const missing = await scene.ask('/api/tasks/99999')
  expect(missing.status).toBe(404)
  expect(missing.headers.get('content-type')).toBe('application/problem+json')
  expect(await missing.json()).toMatchObject({
    code: 'task.missing',
    sentence: 'there is no task 99999',
    remedy: '`midwatch list` shows the tasks',
  })
  const id = await add('ready')
  expect(await (await post(`/api/tasks/${id}/again`, {})).json()).toMatchObject({
    status: 409,
    code: 'again.unsettled',
  })
  const review = await addReview(id)
  expect(await (await post(`/api/tasks/${review}/again`, {})).json()).toMatchObject({
    status: 409,
    code: 'again.review',
    sentence: `task ${review} is the review of task ${id}`,
  })
  expect(await (await post(`/api/tasks/${id}/hold`, {})).json()).toMatchObject({
    status: 400,
    code: 'usage.release',
  })
  expect(await (await post('/api/gates/agent:nobody/pin', {})).json()).toMatchObject({
    status: 404,
    code: 'gate.unknown_lane',
  })
  expect((await scene.ask('/api/nothing')).status).toBe(404)
  expect((await scene.ask('/api/me', { method: 'POST', body: '{}' })).status).toBe(405)
})

test('a preview shows and changes nothing; what is done shows what was', async () => {
  const shown = await post('/api/gates/agent:shell/pause?preview=true', { reason: 'deploy' })
  expect(await shown.json()).toMatchObject({
    preview: true,
    gates: [{ lane: 'agent:shell', state: 'pinned', reason: 'deploy' }],
    was: [{ state: 'passing' }],
  })
  expect(await scene.fleet.store.gates()).toEqual([])
  await post('/api/gates/agent:shell/pause', { reason: 'deploy' })
  expect(await scene.fleet.store.gates()).toMatchObject([{ state: 'pinned', by: 'operator' }])
  const twice = await post('/api/gates/agent:shell/pause', {})
  expect(await twice.json()).toMatchObject({ status: 409, code: 'gate.pinned' })
  await post('/api/gates/agent:shell/resume', {})
  expect((await scene.fleet.store.gates()).filter(({ state }) => state !== 'passing')).toEqual([])
})

const readable: readonly (readonly [RouteName, string])[] = [
  ['me', '/api/me'],
  ['watch', '/api/watch'],
  ['series', '/api/series'],
  ['inbox', '/api/inbox'],
  ['listTasks', '/api/tasks'],
  ['showTask', '/api/tasks/1'],
  ['whyTask', '/api/tasks/1/why'],
  ['listAttempts', '/api/attempts'],
  ['listAgents', '/api/agents'],
  ['showAgent', '/api/agents/shell'],
  ['listGates', '/api/gates'],
  ['showGate', '/api/gates/fleet'],
  ['listFacts', '/api/facts'],
  ['listIncidents', '/api/incidents'],
  ['listHosts', '/api/hosts'],
]

test.each(readable)('%s answers as the contract says', async (name, path) => {
  await add('something to show')
  const session = await scene.session()
  await scene.fleet.store.openIncident({ key: 'check:1', title: 'a check', now: 1 })
  const said = await (await scene.ask(path)).json()
  const shape = routes[name].answer as z.ZodType
  expect(shape.safeParse(said).error?.issues ?? []).toEqual([])
  expect(session.attempt.id).toBeGreaterThan(0)
})

test('the description is OpenAPI 3.1 and names every route', async () => {
  const described = (await (await scene.ask('/api/openapi.json', { as: null })).json()) as {
    openapi: string
    paths: Record<string, Record<string, { responses: Record<number, { content: object }> }>>
  }
  expect(described.openapi).toBe('3.1.0')
  for (const { path, method } of Object.values(routes))
    expect(described.paths[path]).toHaveProperty(method.toLowerCase())
  // What is no JSON is described as well, each with what it answers.
  const others = {
    'get /api/facts/stream': [200, 'text/event-stream'],
    'get /metrics': [200, 'text/plain'],
    'get /healthz': [200, 'application/json'],
    'get /readyz': [503, 'application/json'],
    'post /mcp': [200, 'application/json'],
    'get /api/openapi.json': [200, 'application/json'],
    'get /api/docs': [200, 'text/html'],
  } as const
  for (const [name, [status, type]] of Object.entries(others)) {
    const [method = '', path = ''] = name.split(' ')
    expect(described.paths[path]?.[method]?.responses[status]?.content, name).toHaveProperty([type])
  }
  expect(await (await scene.ask('/api/docs', { as: null })).text()).not.toContain('<script')
})

test('gated work is no failure, nor is work that moves; a dispatcher that died is one', async () => {
  let lives = true
  const own = await openScene('', async () => lives)
  const { store, clock, host } = own.fleet
  const ready = async () => {
    const response = await own.ask('/readyz', { as: null })
    return [response.status, ((await response.json()) as { status: string }).status]
  }
  const now = clock.now()
  const row = {
    name: host.name,
    bootId: 'b',
    pid: 1,
    startTicks: null,
    pulseAt: now,
    running: true,
  }
  await store.enterHost({ ...row, holderAlive: () => false, now })
  expect(await ready()).toEqual([200, 'no_work'])
  await own.ask('/api/tasks', { method: 'POST', body: '{"title":"waits","run":"true"}' })
  expect(await ready()).toEqual([200, 'working'])
  await own.ask('/api/gates/agent:shell/pause', { method: 'POST', body: '{}' })
  expect(await ready()).toEqual([200, 'gated'])
  lives = false
  expect(await ready()).toEqual([503, 'broken'])
  await own.end()
})

test('a dispatcher of another host is believed for as long as it pulses', async () => {
  const own = await openScene()
  const { store, clock } = own.fleet
  const ready = async () => (await own.ask('/readyz', { as: null })).status
  await own.ask('/api/tasks', { method: 'POST', body: '{"title":"waits","run":"true"}' })
  expect(await ready()).toBe(503)
  const now = clock.now()
  const row = { name: 'elsewhere', bootId: 'b', pid: 1, startTicks: null, running: true }
  await store.enterHost({ ...row, pulseAt: now, holderAlive: () => false, now })
  expect(await ready()).toBe(200)
  const { leaseMs, leaseGraceMs } = own.fleet.config.limits
  const pulse = { name: row.name, pid: row.pid, slots: 1, labels: [] }
  await store.pulseHost({ ...pulse, now: now - leaseMs - leaseGraceMs - 1_000 })
  expect(await ready()).toBe(503)
  const { hosts } = (await (await own.ask('/api/hosts')).json()) as { hosts: object[] }
  expect(hosts).toMatchObject([{ host: 'elsewhere', running: false, died: false }])
  await store.pulseHost({ ...pulse, now: clock.now() })
  expect(await ready()).toBe(200)
  await own.end()
})

test('machines are told that there is no work, and that nobody dispatches', async () => {
  const own = await openScene()
  const ready = async () => {
    const response = await own.ask('/readyz', { as: null })
    return [response.status, ((await response.json()) as { status: string }).status]
  }
  expect(await ready()).toEqual([200, 'no_work'])
  await own.ask('/api/tasks', {
    method: 'POST',
    body: JSON.stringify({ title: 'waits', run: 'true' }),
  })
  expect(await ready()).toEqual([503, 'broken']) // nobody dispatches
  expect(await (await own.ask('/healthz', { as: null })).json()).toEqual({ status: 'ok' })
  const metrics = await (await own.ask('/metrics')).text()
  expect(metrics).toContain('midwatch_tasks{state="ready"} 1')
  for (const line of metrics.trim().split('\n'))
    expect(line).toMatch(
      /^(# (HELP|TYPE) midwatch_[a-z_]+ .+|midwatch_[a-z_]+(\{[^}]*\})? -?[\d.e+-]+)$/,
    )
  await own.end()
})
