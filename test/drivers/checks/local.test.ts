// Looks at real commands, files and servers: met, not yet, and could not tell are three answers.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { createChecker } from '../../../src/drivers/checks/local.ts'
import { createLocalHost } from '../../../src/drivers/hosts/local.ts'
import type { Probe } from '../../../src/model/probe.ts'

const host = createLocalHost({ env: process.env, fleetId: 'checks-test' })
const checker = createChecker(host, systemClock)
let folder = ''
let server: Server
let port = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-checks-'))
  server = createServer((request, response) => {
    if (request.url === '/silent') return
    response.statusCode = Number(request.url?.slice(1))
    response.end('x'.repeat(1_000_000))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const look = async (probe: Probe, timeoutMs = 5_000) =>
  await checker.look(probe, 'hold-1', timeoutMs, new AbortController().signal)
const command = (text: string, timeoutMs?: number) =>
  look({ look: 'command', command: text, cwd: folder }, timeoutMs)
const url = (path: string, timeoutMs?: number) =>
  look({ look: 'url', url: `http://127.0.0.1:${port}${path}` }, timeoutMs)

test.each([
  ['exit 0', 'met'],
  ['exit 1', 'not_yet'],
  ['exit 75', 'not_yet'],
  ['exit 2', 'broken'],
  ['no-such-program-here', 'broken'],
  ['kill -9 $$', 'broken'],
])('a command `%s` answers %s', async (text, answer) => {
  expect((await command(text)).answer).toBe(answer)
})

test('a command that takes too long could not tell, and is ended', async () => {
  const seen = await command('sleep 60', 300)
  expect(seen).toMatchObject({ answer: 'broken', detail: expect.stringContaining('300 ms') })
  expect(await host.emptyShell('hold-1')).toEqual([])
})

test('the last line of what a command says is its detail', async () => {
  expect(await command('echo waiting; echo 3 of 5 >&2; exit 1')).toEqual({
    answer: 'not_yet',
    detail: 'exit 1: 3 of 5',
  })
})

test('a file is there, not there, or cannot be looked at', async () => {
  const path = join(folder, 'flag')
  expect((await look({ look: 'file', path })).answer).toBe('not_yet')
  writeFileSync(path, '')
  expect((await look({ look: 'file', path })).answer).toBe('met')
  expect((await look({ look: 'file', path: join(path, 'below') })).answer).toBe('not_yet')
  const tooLong = join(folder, 'n'.repeat(300))
  expect((await look({ look: 'file', path: tooLong })).answer).toBe('broken')
})

test.each([
  ['/200', 'met'],
  ['/204', 'met'],
  ['/404', 'not_yet'],
  ['/503', 'not_yet'],
  ['/401', 'broken'],
  ['/500', 'broken'],
])('an address that answers %s is %s', async (path, answer) => {
  expect((await url(path)).answer).toBe(answer)
})

test('an address that says nothing could not tell; one where nobody listens is not there yet', async () => {
  expect(await url('/silent', 200)).toEqual({
    answer: 'broken',
    detail: 'no answer within 200 ms',
  })
  const nobody = createServer()
  await new Promise<void>((resolve) => void nobody.listen(0, '127.0.0.1', resolve))
  const free = (nobody.address() as AddressInfo).port
  await new Promise((resolve) => nobody.close(resolve))
  expect((await look({ look: 'url', url: `http://127.0.0.1:${free}/` })).answer).toBe('not_yet')
  const strange = await look({ look: 'url', url: 'http://no-such-host.invalid/' })
  expect(strange.answer).toBe('broken')
})
