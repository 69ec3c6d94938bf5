// Every route against everybody who may come: the matrix is made from the contract, so a new route is judged on the day it
// is written.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { routes } from '../../../src/surface/http/contract.ts'
import {
  look,
  own as ownRights,
  type Role,
  type Route,
} from '../../../src/surface/http/contract/route.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
let own: Awaited<ReturnType<Scene['session']>>
let other: Awaited<ReturnType<Scene['session']>>

beforeAll(async () => {
  scene = await openScene()
  own = await scene.session()
  other = await scene.session()
})
afterAll(() => scene.end())

const rows = Object.entries(routes) as [string, Route][]
const askers = ['nobody', 'viewer', 'operator', 'attempt'] as const

const tokenOf = (asker: (typeof askers)[number]): string | null =>
  ({ nobody: null, viewer: scene.viewer, operator: scene.operator, attempt: own.token })[asker]

/** The path with ids of this session's own task and attempt. */
function pathOf(route: Route, whose: typeof own): string {
  const id = route.path.startsWith('/api/attempts') ? whose.attempt.id : whose.attempt.taskId
  const query = route.path.endsWith('/search') ? '?text=x' : ''
  const path = route.path
    .replace('{id}', String(route.path.startsWith('/api/incidents') ? 1 : id))
    .replace('{lane}', 'agent:shell')
    .replace('{name}', route.path.startsWith('/api/schedules') ? 'none' : 'shell')
  return path + query
}

const ask = (route: Route, asker: (typeof askers)[number], whose: typeof own) =>
  scene.ask(pathOf(route, whose), {
    method: route.method,
    as: tokenOf(asker),
    ...(route.body && { body: '{}' }),
  })

describe.each(rows)('%s', (_name, route) => {
  test.each(askers)('%s', async (asker) => {
    const response = await ask(route, asker, own)
    const said = await response.text()
    const may = route.rights.length === 0 || (route.rights as readonly string[]).includes(asker)
    if (may) {
      expect([401, 403].includes(response.status) && route.rights.length > 0, said).toBe(false)
      expect(response.status, said).toBeLessThan(500)
    } else {
      expect(response.status, said).toBe(asker === 'nobody' ? 401 : 403)
      expect(JSON.parse(said)).toMatchObject({ code: expect.stringMatching(/^access\./) })
    }
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
  })
})

const bodyFor = (path: string): object => {
  if (path.endsWith('/ask')) return { question: 'x' }
  return path.endsWith('/hold') ? { until: '2h' } : { text: 'x' }
}

const ownOnly = rows.filter(
  ([, { rights, path }]) => rights.includes('attempt' as Role) && path.includes('{id}'),
)

test.each(ownOnly)('%s is refused to the session of another task', async (_name, route) => {
  const response = await scene.ask(pathOf(route, other), {
    method: route.method,
    as: own.token,
    ...(route.body && {
      body: JSON.stringify(bodyFor(route.path)),
    }),
  })
  expect(response.status).toBe(403)
})

test('what a session may is exactly this', () => {
  const may = rows.filter(([, { rights }]) => rights.includes('attempt')).map(([name]) => name)
  expect(may.sort()).toEqual([
    'abandonWork',
    'abortEffect',
    'acquireLock',
    'addTask',
    'askPerson',
    'beginEffect',
    'claimWork',
    'commitEffect',
    'completeWork',
    'diffTask',
    'holdTask',
    'listEffects',
    'me',
    'readLog',
    'releaseLock',
    'renewLock',
    'sayDone',
    'sayFail',
    'sayProgress',
    'searchLog',
    'showAttempt',
    'showEffect',
    'showTask',
    'whyTask',
  ])
})

test.each(['/api/facts/stream', '/metrics'])('%s is for those who may look', async (path) => {
  expect((await scene.ask(path, { as: null })).status).toBe(401)
  expect((await scene.ask(path, { as: own.token })).status).toBe(403)
  const response = await scene.ask(path, { as: scene.viewer })
  expect(response.status).toBe(200)
  await response.body?.cancel()
})

test('a session lists the effects of its own task alone', async () => {
  const begin = (key: string, as: string) =>
    scene.ask('/api/effects/begin', { method: 'POST', as, body: JSON.stringify({ key }) })
  await begin('mine', own.token)
  await begin('theirs', other.token)
  const list = async (query: string, as: string) => {
    const response = await scene.ask(`/api/effects${query}`, { as })
    return [response.status, ((await response.json()) as { effects?: { key: string }[] }).effects]
  }
  expect(await list('', own.token)).toMatchObject([200, [{ key: 'mine' }]])
  expect(await list(`?task=${other.attempt.taskId}`, own.token)).toEqual([403, undefined])
  expect(await list('', scene.viewer)).toMatchObject([200, [{ key: 'theirs' }, { key: 'mine' }]])
})

test('a session adds tasks, and its sessions theirs, and there it ends', async () => {
  const add = (token: string) =>
    scene.ask('/api/tasks', {
      method: 'POST',
      as: token,
      body: JSON.stringify({ title: 'more', run: 'true' }),
    })
  const response = await add(own.token)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    task: { createdBy: `attempt ${own.attempt.id}`, state: 'ready' },
  })
})

describe.each([
  ['GET', '/api/facts/stream', look],
  ['GET', '/metrics', look],
  ['POST', '/mcp', ownRights],
  ['GET', '/healthz', []],
  ['GET', '/readyz', []],
  ['GET', '/api/docs', []],
  ['GET', '/api/openapi.json', []],
] as const)('%s %s', (method, path, rights) => {
  test.each(askers)('%s', async (asker) => {
    const response = await scene.ask(path, {
      method,
      as: tokenOf(asker),
      ...(method === 'POST' && { body: '{}' }),
    })
    if (rights.length === 0 || (rights as readonly Role[]).includes(asker as Role))
      expect([401, 403]).not.toContain(response.status)
    else {
      expect(response.status).toBe(asker === 'nobody' ? 401 : 403)
      expect(await response.clone().json()).toMatchObject({
        code: expect.stringMatching(/^access\./),
      })
    }
    await response.body?.cancel()
  })
})
