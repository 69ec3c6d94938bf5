// Listening for other machines: it is said, with what follows; and whoever comes needs a token, for everything that a fleet
// knows, whatever address they come by.

import { networkInterfaces } from 'node:os'

import { expect, test } from 'vitest'

import { routes } from '../../../src/surface/http/contract.ts'
import type { Route } from '../../../src/surface/http/contract/route.ts'
import { openScene } from './scene.ts'

const elsewhere = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address
const addresses = ['127.0.0.1', ...(elsewhere === undefined ? [] : [elsewhere])]

/** What is open to everybody: signing in, and whether it lives. */
const open = ['/api/session']

test('who listens for other machines says so; who does not, does not', async () => {
  const here = await openScene()
  expect(here.log.join('\n')).toContain('The page is at http://127.0.0.1:')
  expect(here.log.join('\n')).not.toContain('other machines')
  await here.end()
  const wide = await openScene('', undefined, '0.0.0.0:0')
  expect(wide.log.join('\n')).toMatch(
    /listens for other machines, too: whoever comes needs a token, and nothing is encrypted; put TLS before it/,
  )
  await wide.end()
})

test.each(addresses)(
  'at %s nobody is let in without a token, and whoever has one is',
  async (address) => {
    const scene = await openScene('', undefined, '0.0.0.0:0')
    const base = `http://${address}:${new URL(scene.url).port}`
    const ask = (path: string, method = 'GET', token: string | null = null) =>
      fetch(`${base}${path}`, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          'content-type': 'application/json',
        },
        ...(method !== 'GET' && { body: '{}' }),
      })
    for (const { path, method } of Object.values(routes) as Route[]) {
      if (open.includes(path) && method === 'POST') continue
      const response = await ask(path.replaceAll(/\{\w+\}/g, '1'), method)
      expect([response.status, path]).toEqual([401, path])
      expect(await response.json()).toMatchObject({ code: 'access.nobody' })
    }
    for (const path of ['/api/facts/stream', '/metrics'])
      expect((await ask(path)).status, path).toBe(401)
    expect((await ask('/mcp', 'POST')).status).toBe(401)
    expect((await ask('/api/tasks', 'GET', 'mwo_0000')).status).toBe(401)
    expect((await ask('/api/tasks', 'GET', scene.viewer)).status).toBe(200)
    expect((await ask('/api/gates/fleet/pin', 'POST', scene.viewer)).status).toBe(403)
    expect((await ask('/api/gates/fleet/pin', 'POST', scene.operator)).status).toBe(200)
    await scene.end()
  },
)
