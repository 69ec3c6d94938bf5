// Ways out of a folder: through the files of the page, through whatever in a route names a file, and through what a session
// puts in place of its log. None leads to a secret, whether it climbs, is absolute, is written in codes, or is a link.

import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { routes } from '../../../src/surface/http/contract.ts'
import type { Route } from '../../../src/surface/http/contract/route.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.end())

/** Asked for as it is written: `fetch` would tidy the path up first. */
function raw(path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(scene.url)
  const headers = { authorization: `Bearer ${scene.operator}` }
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

const leaksNothing = (text: string) => {
  expect(text).not.toContain('adapter:') // of midwatch.yaml
  const file = join(scene.fleet.stateDir, 'access.json')
  const secrets = Object.values(JSON.parse(readFileSync(file, 'utf8')) as object)
  expect(secrets).toContain(scene.operator)
  for (const secret of secrets) expect(text).not.toContain(secret)
  expect(text).not.toMatch(/root:[x*]?:0:0/) // of /etc/passwd
}

test.each([
  '/../midwatch.yaml',
  '/assets/../../access.json',
  '/%2e%2e/access.json',
  '/..%2faccess.json',
  '/assets/%00',
  '//etc/passwd',
  '/assets//etc/passwd',
])('%s leads nowhere', async (path) => {
  leaksNothing((await raw(path)).text)
})

const climbing = [
  '..%2f..%2faccess.json',
  '%2e%2e%2f%2e%2e%2faccess.json',
  '..%252f..%252faccess.json',
  '%2fetc%2fpasswd',
  '..%5c..%5caccess.json',
  '1%2f..%2f..%2f..%2faccess.json',
  '1%00',
  '-1',
  '1e3',
  '0x1',
  '1.5',
  '9'.repeat(30),
]
const named = (Object.entries(routes) as [string, Route][]).filter(
  ([, { params, method }]) => params !== undefined && method === 'GET',
)

describe.each(named)('%s', (_, { path }) => {
  test.each(climbing)('of %s is not there', async (name) => {
    const query = path.endsWith('/search') ? '?text=o' : ''
    const { status, text } = await raw(path.replace(/\{\w+\}/, name) + query)
    expect([400, 404], text).toContain(status)
    leaksNothing(text)
  })
})

test.each([
  ['a link to a secret', (path: string, secret: string) => symlinkSync(secret, path)],
  ['a link out of its folder', (path: string) => symlinkSync('../../access.json', path)],
  ['a folder', (path: string) => mkdirSync(path)],
])('a session that puts %s in place of its log shows nothing', async (_, put) => {
  const { attempt } = await scene.session()
  const folder = join(scene.fleet.stateDir, 'attempts', String(attempt.id))
  mkdirSync(folder, { recursive: true })
  const secret = join(scene.fleet.stateDir, 'access.json')
  for (const stream of ['out', 'err']) {
    const path = join(folder, stream)
    rmSync(path, { force: true })
    put(path, secret)
    for (const part of [`log?stream=${stream}`, `log/search?stream=${stream}&text=o`]) {
      const { status, text } = await raw(`/api/attempts/${attempt.id}/${part}`)
      expect(status).toBe(200)
      leaksNothing(text)
      expect(JSON.parse(text)).toMatchObject({ size: 0 })
    }
  }
})

test('a log that is one is shown, and what secrets a session printed into it are not', async () => {
  const { attempt } = await scene.session()
  const folder = join(scene.fleet.stateDir, 'attempts', String(attempt.id))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'out'), 'made fast\n')
  linkSync(join(scene.fleet.stateDir, 'access.json'), join(folder, 'err'))
  expect((await raw(`/api/attempts/${attempt.id}/log`)).text).toContain('made fast')
  leaksNothing((await raw(`/api/attempts/${attempt.id}/log?stream=err`)).text)
})
