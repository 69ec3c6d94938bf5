// What strangers try: pages of other sites, names that were made to point here, guessed tokens, bombs, ways out of a
// folder, and secrets in what is shown.

import { mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openScene, type Scene, secretValue } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.end())

const post = (path: string, body: object, init: Parameters<Scene['ask']>[1] = {}) =>
  scene.ask(path, { method: 'POST', body: JSON.stringify(body), ...init })

/** Signs a browser in and answers its cookie and what it has to send along. */
async function signIn(role = 'operator') {
  const link = (await (await post('/api/session/links', { role, by: 'ann' })).json()) as {
    path: string
  }
  const code = link.path.split('#')[1]
  const entered = await post('/api/session', { code }, { as: null })
  const cookie = entered.headers.get('set-cookie') ?? ''
  const { csrf } = (await entered.json()) as { csrf: string }
  return { code, cookie: cookie.split(';')[0] ?? '', whole: cookie, csrf }
}

/** A raw request, for what `fetch` refuses to send. */
function raw(headers: Record<string, string>, path = '/api/me'): Promise<number> {
  const { hostname, port } = new URL(scene.url)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('browsers', () => {
  test('a link signs in once, and the cookie is out of reach of scripts and of other sites', async () => {
    const { code, whole, cookie } = await signIn()
    expect(whole).toMatch(/HttpOnly/)
    expect(whole).toMatch(/SameSite=Strict/)
    expect((await post('/api/session', { code }, { as: null })).status).toBe(401)
    const me = await scene.ask('/api/me', { as: null, headers: { cookie } })
    expect(await me.json()).toMatchObject({ role: 'operator', by: 'ann' })
  })

  test('a write without the page’s own word is refused, with it done', async () => {
    const { cookie, csrf } = await signIn()
    const body = { title: 'by hand', run: 'true' }
    const without = await post('/api/tasks', body, { as: null, headers: { cookie } })
    expect(await without.json()).toMatchObject({ code: 'access.csrf', status: 403 })
    const wrong = { cookie, 'x-midwatch-csrf': 'f'.repeat(32) }
    expect((await post('/api/tasks', body, { as: null, headers: wrong })).status).toBe(403)
    const right = { cookie, 'x-midwatch-csrf': csrf }
    const done = await post('/api/tasks', body, { as: null, headers: right })
    expect(await done.json()).toMatchObject({ task: { createdBy: 'ann' } })
  })

  test('a page of somebody else is refused whatever it brings along', async () => {
    const { cookie, csrf } = await signIn()
    const headers = { cookie, 'x-midwatch-csrf': csrf, origin: 'http://evil.example' }
    const response = await post('/api/gates/fleet/pin', {}, { as: null, headers })
    expect(await response.json()).toMatchObject({ code: 'access.origin' })
    expect(await scene.fleet.store.gates()).toEqual([])
    const reading = { cookie, 'sec-fetch-site': 'cross-site' }
    expect((await scene.ask('/api/tasks', { as: null, headers: reading })).status).toBe(403)
  })

  test('a name that was made to point here is none of ours; addresses are', async () => {
    const authorization = `Bearer ${scene.operator}`
    expect(await raw({ host: 'evil.example', authorization })).toBe(421)
    expect(await raw({ host: `evil.example:${new URL(scene.url).port}`, authorization })).toBe(421)
    expect(await raw({ host: 'localhost.evil.example', authorization })).toBe(421)
    expect(await raw({ host: '127.0.0.1.evil.example', authorization })).toBe(421)
    expect(await raw({ host: 'evil.example' }, '/healthz')).toBe(421)
    expect(await raw({ host: 'evil.example' }, '/')).toBe(421)
    expect(await raw({ host: 'localhost:4704', authorization })).toBe(200)
    expect(await raw({ host: '[::1]:4704', authorization })).toBe(200)
  })

  test('a forged or foreign cookie is nobody', async () => {
    const { cookie } = await signIn('viewer')
    const forged = cookie.replace('=viewer.', '=operator.')
    expect(forged).not.toBe(cookie)
    expect((await scene.ask('/api/me', { as: null, headers: { cookie: forged } })).status).toBe(401)
  })

  test('renewed secrets put everybody out', async () => {
    const { renewAccess } = await import('../../../src/drivers/access/file.ts')
    const own = await openScene()
    const ask = () => own.ask('/api/me')
    expect((await ask()).status).toBe(200)
    renewAccess(join(own.fleet.stateDir, 'access.json'), own.fleet.random)
    await expect.poll(async () => (await ask()).status).toBe(401)
    await own.end()
  })
})

test('the access file is its owner’s alone', () => {
  expect(statSync(join(scene.fleet.stateDir, 'access.json')).mode & 0o777).toBe(0o600)
})

test('guessing is slow', async () => {
  const own = await openScene()
  const guesses = await Promise.all(
    Array.from({ length: 60 }, (_, i) => own.ask('/api/me', { as: `mwo_${i}`.padEnd(52, '0') })),
  )
  const statuses = guesses.map(({ status }) => status)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(30)
  expect(statuses.filter((status) => status === 200)).toEqual([])
  // All come from the same address: whoever has a token, or a good link, is not kept out by whoever guesses.
  expect((await own.ask('/api/me')).status).toBe(200)
  const enter = async (code: string) =>
    await own.ask('/api/session', { method: 'POST', as: null, body: JSON.stringify({ code }) })
  // On a slow machine one more guess may be his by now.
  const isKeptOut = (code: string) => expect.poll(async () => (await enter(code)).status).toBe(429)
  await isKeptOut('a guess')
  const link = await own.ask('/api/session/links', { method: 'POST', body: '{"by":"ann"}' })
  const { path } = (await link.json()) as { path: string }
  expect((await enter(path.split('#')[1] ?? '')).status).toBe(200)
  await isKeptOut(path.split('#')[1] ?? '') // used already
  await own.end()
})

describe('bombs', () => {
  test('a large header, a large body and a body that never ends are refused', async () => {
    expect(await raw({ 'x-large': 'a'.repeat(50_000) })).toBe(431)
    const long = await post('/api/tasks/1/hold', { ask: 'a'.repeat(400_000) })
    expect(await long.json()).toMatchObject({ code: 'request.too_large', status: 413 })
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(64_000).fill(32)),
    })
    const stream = await scene
      .ask('/api/gates/fleet/pin', {
        method: 'POST',
        body: endless,
        headers: { 'content-type': 'application/json' },
        ...{ duplex: 'half' },
      })
      .then(({ status }) => status)
      .catch(() => 413) // the connection is cut while it still sends
    expect(stream).toBe(413)
  })

  test('deep JSON, other types and unknown fields are refused by name', async () => {
    const deep = await scene.ask('/api/tasks', {
      method: 'POST',
      body: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    })
    expect(deep.status).toBe(400)
    const form = await scene.ask('/api/tasks', {
      method: 'POST',
      body: 'title=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(form.status).toBe(415)
    const more = await post('/api/tasks', { title: 'x', run: 'true', __proto__: 1, admin: true })
    expect(await more.json()).toMatchObject({ code: 'request.invalid', status: 400 })
  })

  test('who sends half a request is hung up on', async () => {
    const { hostname, port } = new URL(scene.url)
    const socket = connect(Number(port), hostname)
    socket.write('GET /api/me HTTP/1.1\r\nhost: x')
    socket.resume()
    await new Promise((resolve) => socket.on('close', resolve))
  }, 30_000)
})

describe('logs', () => {
  test('a log of a gigabyte costs what a short one costs', async () => {
    const { attempt } = await scene.session()
    const folder = join(scene.fleet.stateDir, 'attempts', String(attempt.id))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'out'), 'begin\n')
    truncateSync(join(folder, 'out'), 1_000_000_000)
    const before = process.memoryUsage().rss
    const end = (await (await scene.ask(`/api/attempts/${attempt.id}/log`)).json()) as {
      size: number
      text: string
    }
    expect(end.size).toBe(1_000_000_000)
    expect(end.text.length).toBeLessThanOrEqual(64_000)
    const hits = await scene.ask(`/api/attempts/${attempt.id}/log/search?text=BEGIN`)
    expect(await hits.json()).toMatchObject({
      hits: [{ at: 0, line: 'begin' }],
      next: expect.closeTo(32_000_000, -3),
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000)
  })

  test('secrets are masked in what a session printed, in facts and in live facts', async () => {
    const { attempt, token } = await scene.session()
    const folder = join(scene.fleet.stateDir, 'attempts', String(attempt.id))
    mkdirSync(folder, { recursive: true })
    const leak = `key ${secretValue} token ${token} operator ${scene.operator}`
    writeFileSync(join(folder, 'out'), `${leak}\n`)
    const stream = await scene.ask('/api/facts/stream')
    const reader = stream.body?.getReader()
    await scene.ask(`/api/attempts/${attempt.id}/progress`, {
      method: 'POST',
      as: token,
      body: JSON.stringify({ text: leak }),
    })
    let live = ''
    while (!live.includes('attempt.progress'))
      live += new TextDecoder().decode((await reader?.read())?.value)
    await reader?.cancel()
    const texts = [
      live,
      await (await scene.ask(`/api/attempts/${attempt.id}/log`)).text(),
      await (await scene.ask(`/api/attempts/${attempt.id}/log/search?text=key`)).text(),
      await (await scene.ask(`/api/tasks/${attempt.taskId}`)).text(),
      await (await scene.ask('/api/facts?limit=1000')).text(),
      await (await scene.ask('/api/watch')).text(),
    ]
    for (const text of texts) {
      expect(text).not.toContain(secretValue)
      expect(text).not.toContain(token)
      expect(text).not.toContain(scene.operator)
    }
    expect(texts[1]).toContain('key ••• token ••• operator •••')
  })
})
