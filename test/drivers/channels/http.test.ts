// Channels over HTTP against a real server on loopback: what is sent, what its answers mean, and what can be asked.

import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { ntfyChannel, slackChannel } from '../../../src/drivers/channels/chat.ts'
import { commandChannel } from '../../../src/drivers/channels/command.ts'
import type { Letter } from '../../../src/drivers/channels/contract.ts'
import { webhookChannel } from '../../../src/drivers/channels/webhook.ts'

const signal = new AbortController().signal
const letter: Letter = {
  key: 'incident:1',
  subject: 'the fleet is shut',
  text: 'a < b & c',
  to: [],
  urgent: true,
  data: { incident: 'gate:fleet' },
}

interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
let server: Server
let url = ''
let seen: Seen[] = []
let answer: { status: number; headers?: Record<string, string>; body?: string } | 'cut' = {
  status: 200,
}

beforeEach(async () => {
  seen = []
  answer = { status: 200, body: 'ok' }
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      seen.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
      })
      if (answer === 'cut') return request.socket.destroy()
      response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return () => new Promise<void>((resolve) => server.close(() => resolve()))
})

const webhook = (over = {}) =>
  webhookChannel(
    {
      name: 'hook',
      kind: 'webhook',
      url: `${url}/in`,
      headers: { 'x-team': 'ops' },
      secret: null,
      idempotent: false,
      ...over,
    },
    'fleet-1',
    systemClock,
  )

describe('a webhook', () => {
  test('is one POST with the same Idempotency-Key however often, and another one for another key', async () => {
    await webhook().deliver(letter, signal)
    await webhook().deliver(letter, signal)
    await webhook().deliver({ ...letter, key: 'incident:2' }, signal)
    const keys = seen.map((one) => one.headers['idempotency-key'])
    expect([keys[0] === keys[1], keys[0] === keys[2]]).toEqual([true, false])
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/in', headers: { 'x-team': 'ops' } })
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ key: 'incident:1', data: letter.data })
  })

  test('is signed so that the receiver can verify it', async () => {
    await webhook({ secret: 'whsec_c2VjcmV0' }).deliver(letter, signal)
    const headers: IncomingHttpHeaders = seen[0]?.headers ?? {}
    const body = seen[0]?.body ?? ''
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const hmac = createHmac('sha256', Buffer.from('secret')).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${hmac}`)
    expect(Math.abs(Number(headers['webhook-timestamp']) * 1_000 - Date.now())).toBeLessThan(60_000)
  })

  test.each([
    [200, {}, { did: 'performed', receipt: 'HTTP 200', output: 'said' }],
    [204, {}, { did: 'performed' }],
    [302, { location: '/else' }, { did: 'nothing', retry: 'never' }],
    [400, {}, { did: 'nothing', retry: 'never', why: 'HTTP 400: said' }],
    [408, {}, { did: 'unknown' }],
    [429, { 'retry-after': '7' }, { did: 'nothing', retry: 'soon', afterMs: 7_000 }],
    [500, {}, { did: 'unknown' }],
    [503, {}, { did: 'unknown' }],
    [503, { 'retry-after': '2' }, { did: 'nothing', retry: 'soon', afterMs: 2_000 }],
  ])('HTTP %i %j means %j', async (status, headers, meaning) => {
    answer = status === 204 ? { status, headers } : { status, headers, body: 'said' }
    expect(await webhook().deliver(letter, signal)).toMatchObject(meaning)
    expect(seen).toHaveLength(1)
  })

  test('a server that is not there got nothing; one that hangs up may have got it', async () => {
    const deliver = (to: string) => webhook({ url: to }).deliver(letter, signal)
    // A port that no system hands out by itself, so that nobody else's server answers there.
    expect(await deliver('http://127.0.0.1:2')).toMatchObject({ did: 'nothing', retry: 'soon' })
    expect(await deliver('http://127.0.0.1:1')).toMatchObject({ did: 'nothing', retry: 'never' })
    answer = 'cut'
    expect(await webhook().deliver(letter, signal)).toMatchObject({ did: 'unknown' })
  })

  test('can be asked by sending it again, but only where the receiver honours the key', async () => {
    expect(webhook().asking).toBeNull()
    const { asking } = webhook({ idempotent: true })
    expect(await asking?.ask(letter, signal)).toMatchObject({ found: 'yes' })
    answer = { status: 400 }
    expect(await asking?.ask(letter, signal)).toEqual({ found: 'no' })
    answer = 'cut'
    expect(await asking?.ask(letter, signal)).toMatchObject({ found: 'unknown' })
  })
})

test('a Slack-shaped hook gets one escaped text, and cannot be asked', async () => {
  const slack = slackChannel({ name: 'chat', kind: 'slack', url })
  expect(await slack.deliver(letter, signal)).toMatchObject({ did: 'performed' })
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ text: '*the fleet is shut*\na &lt; b &amp; c' })
  expect(slack.asking).toBeNull()
})

test('ntfy gets topic, priority and a tag by which it is found again', async () => {
  const ntfy = ntfyChannel(
    { name: 'phone', kind: 'ntfy', url, topic: 'night', token: 't' },
    'fleet-1',
  )
  await ntfy.deliver(letter, signal)
  const sent = JSON.parse(seen[0]?.body ?? '')
  expect(sent).toMatchObject({ topic: 'night', title: letter.subject, priority: 5 })
  expect(seen[0]?.headers.authorization).toBe('Bearer t')
  answer = { status: 200, body: `${JSON.stringify(sent)}\n` }
  expect(await ntfy.asking?.ask(letter, signal)).toMatchObject({ found: 'yes' })
  expect(await ntfy.asking?.ask({ ...letter, key: 'other' }, signal)).toEqual({ found: 'no' })
  answer = { status: 200, body: '' }
  expect(await ntfy.asking?.ask(letter, signal)).toMatchObject({ found: 'unknown' })
  answer = { status: 500 }
  expect(await ntfy.asking?.ask(letter, signal)).toMatchObject({ found: 'unknown' })
})

describe('a command', () => {
  const run = (command: readonly string[], timeoutMs = 25_000) =>
    commandChannel(
      { name: 'mine', kind: 'command', command },
      { cwd: '/', env: { PATH: process.env['PATH'] ?? '' }, timeoutMs },
    ).deliver(letter, signal)

  test('has the text on its input and the parts in its environment', async () => {
    const wants = `[ "$(cat)" = "${letter.text}" ] && [ "$MIDWATCH_INCIDENT" = gate:fleet ] && [ "$MIDWATCH_URGENT" = 1 ]`
    expect(await run(['sh', '-c', wants])).toMatchObject({ did: 'performed' })
  })

  test.each([
    [
      ['sh', '-c', 'echo no line >&2; exit 3'],
      { did: 'nothing', retry: 'soon', why: 'sh ended with exit 3: no line' },
    ],
    [['/none'], { did: 'nothing', retry: 'soon' }],
    [['sh', '-c', 'kill -9 $$'], { did: 'unknown' }],
  ])('%j means %j', async (command, meaning) => {
    expect(await run(command)).toMatchObject(meaning)
  })

  test('that does not end in its time is unknown', async () => {
    expect(await run(['sleep', '60'], 200)).toMatchObject({ did: 'unknown' })
  })
})
