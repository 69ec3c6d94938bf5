// Live facts: resumed without a gap or a repeat, quick, many at once, and never buffered for who does not read.

import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { OperatingError } from '../../../src/base/errors.ts'
import { renewAccess } from '../../../src/drivers/access/file.ts'
import { createStreams } from '../../../src/surface/http/facts/stream.ts'
import { startHub } from '../../../src/surface/http/facts/hub.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.end())

const add = (title: string) =>
  scene.ask('/api/tasks', { method: 'POST', body: JSON.stringify({ title, run: 'true' }) })

/** Reads until as many facts have come. */
async function facts(
  after: number | null,
  wanted: number,
): Promise<{ ids: number[]; text: string }> {
  const response = await scene.ask('/api/facts/stream', {
    headers: after === null ? {} : { 'last-event-id': String(after) },
  })
  const reader = response.body?.getReader()
  let text = ''
  const ids = () => [...text.matchAll(/^id: (\d+)\nevent: fact/gm)].map((one) => Number(one[1]))
  while (ids().length < wanted) text += new TextDecoder().decode((await reader?.read())?.value)
  await reader?.cancel()
  return { ids: ids(), text }
}

test('a client that comes back is told what it missed, each fact once', async () => {
  for (let i = 0; i < 600; i++)
    await scene.fleet.store.recordFacts({ bodies: [{ kind: 'task.ready' }], now: i })
  const { ids: all } = await facts(0, 600)
  expect(all).toEqual(all.toSorted((a, b) => a - b))
  expect(new Set(all).size).toBe(all.length)
  const middle = all[299] ?? 0
  expect((await facts(middle, 300)).ids[0]).toBe(all[300] ?? 0)
})

/** Streams of their own over a store that does something before it answers. */
async function streamsOver(facts: (read: () => Promise<Facts>, input: Input) => Promise<Facts>) {
  const { store, clock } = scene.fleet
  const ending = new AbortController()
  const hub = await startHub({ store, clock })
  const streams = createStreams({
    store: { ...store, facts: (input) => facts(() => store.facts(input), input) },
    clock,
    hub,
    redact: (text) => text,
    signal: ending.signal,
  })
  const come = (after: number) =>
    streams.open(
      new Request('http://x/', { headers: { 'last-event-id': `${after}` } }),
      null,
      () => true,
    )
  const end = async () => {
    ending.abort()
    streams.closeAll()
    await hub.stop()
  }
  return { hub, come, count: streams.count, end }
}
type Facts = Awaited<ReturnType<Scene['fleet']['store']['facts']>>
type Input = Parameters<Scene['fleet']['store']['facts']>[0]

const idsIn = (text: string) =>
  [...text.matchAll(/^id: (\d+)\nevent: fact/gm)].map((one) => Number(one[1]))

test('what the others are told while somebody catches up is not kept from them', async () => {
  const { store, clock } = scene.fleet
  const record = () =>
    store.recordFacts({ bodies: [{ kind: 'task.ready' }], now: clock.now() }).then(newest)
  const first = await record()
  const made = [first]
  const { hub, come, end } = await streamsOver(async (read) => {
    const page = await read()
    if (made.length > 1) return page
    const between = await record()
    made.push(between)
    await expect.poll(hub.newest).toBe(between) // and everybody was told
    return page
  })
  const reader = come(first - 1).body?.getReader()
  let text = ''
  while (!idsIn(text).includes(made[1] ?? 0))
    text += new TextDecoder().decode((await reader?.read())?.value)
  made.push(await record())
  while (!idsIn(text).includes(made[2] ?? 0))
    text += new TextDecoder().decode((await reader?.read())?.value)
  expect(idsIn(text)).toEqual(made)
  await end()
})

test('where the journal cannot be read for a moment nobody is told that it was all', async () => {
  const { come, end } = await streamsOver(() =>
    Promise.reject(new OperatingError('failed', 'store.away', 'it is away', 'it comes back')),
  )
  const text = await come(1).text()
  expect(text).toContain('id: 1\nevent: hello') // it ends, and who listened asks again from there
  expect(idsIn(text)).toEqual([])
  await end()
})

test('whoever goes is told nothing more, and nothing goes wrong', async () => {
  const { store, clock } = scene.fleet
  const { hub, come, count, end } = await streamsOver((read) => read())
  const { body } = come(1)
  expect(count()).toBe(1)
  await body?.cancel()
  expect(count()).toBe(0)
  await store.recordFacts({ bodies: [{ kind: 'task.ready' }], now: clock.now() })
  const newest = (await store.facts({ newestFirst: true, limit: 1 }))[0]?.id
  await expect.poll(hub.newest).toBe(newest)
  await end()
})

test('renewed secrets end the streams that were open with the old ones', async () => {
  const own = await openScene()
  const response = await own.ask('/api/facts/stream', { as: own.viewer })
  const { pass } = own
  const reader = response.body?.getReader()
  await reader?.read()
  renewAccess(join(own.fleet.stateDir, 'access.json'), own.fleet.random)
  pass(2_000) // by then they are read again
  const { store, clock } = own.fleet
  await store.recordFacts({ bodies: [{ kind: 'task.ready' }], now: clock.now() })
  const { value, done } = (await reader?.read()) ?? {}
  expect([new TextDecoder().decode(value), done]).toEqual(['', true])
  await own.end()
})

test.each(['x', '0', '-1', ''])('facts of the task `%s` are refused', async (task) => {
  const response = await scene.ask(`/api/facts/stream?task=${task}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'request.invalid' })
})

test('each fact is seen by itself, as it is committed', async () => {
  const response = await scene.ask('/api/facts/stream')
  const reader = response.body?.getReader()
  await reader?.read()
  for (let i = 0; i < 10; i++) {
    await add(`seen ${i}`)
    let text = ''
    while (!text.includes(`seen ${i}`))
      text += new TextDecoder().decode((await reader?.read())?.value)
    expect(idsIn(text)).toHaveLength(1)
  }
  await reader?.cancel()
})

test('after the API ended and began again a client goes on where it was', async () => {
  const { ids } = await facts(0, 1)
  await scene.again()
  await add('while it was away')
  const { text } = await facts((await newest()) - 1, 1)
  expect(ids.length).toBeGreaterThan(0)
  expect(text).toContain('while it was away')
})

const newest = async () =>
  (await scene.fleet.store.facts({ newestFirst: true, limit: 1 }))[0]?.id ?? 0

test('a thousand idle clients cost little and all hear', async () => {
  const { hostname, port } = new URL(scene.url)
  const before = process.memoryUsage().rss
  let heard = 0
  const clients = await Promise.all(
    Array.from(
      { length: 1_000 },
      () =>
        new Promise<ReturnType<typeof request>>((resolve, reject) => {
          const headers = { authorization: `Bearer ${scene.operator}` }
          const sent = request(
            { hostname, port, path: '/api/facts/stream', headers, agent: false },
            (response) => {
              if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
              response.on('data', (chunk: Buffer) => {
                if (chunk.includes('event: hello')) resolve(sent)
                if (chunk.includes('to all of you')) heard += 1
              })
              response.on('error', () => {})
            },
          )
          sent.on('error', reject)
          sent.end()
        }),
    ),
  )
  await add('to all of you')
  await expect.poll(() => heard).toBe(1_000)
  expect((await scene.ask('/api/watch')).status).toBe(200)
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000) // both sides of them are here
  for (const client of clients) client.destroy()
  await expect
    .poll(async () =>
      (await (await scene.ask('/metrics')).text()).includes('midwatch_http_streams 0'),
    )
    .toBe(true)
}, 60_000)

test('who does not read is dropped, and comes back without a gap', async () => {
  const { store, clock } = scene.fleet
  const ending = new AbortController()
  const still: Clock = { ...clock, sleep: (ms, signal) => clock.sleep(Math.min(ms, 5), signal) }
  const hub = await startHub({ store, clock: still })
  const streams = createStreams({
    store,
    clock,
    hub,
    redact: (text) => text,
    signal: ending.signal,
  })
  const response = streams.open(new Request('http://x/'), null, () => true)
  expect(streams.count()).toBe(1)
  const text = 'x'.repeat(10_000)
  for (let i = 0; i < 100; i++)
    await store.recordFacts({ bodies: [{ kind: 'config.refused', error: text }], now: i })
  await expect.poll(() => streams.dropped()).toBe(1)
  expect(streams.count()).toBe(0)
  ending.abort()
  await hub.stop()
  await response.body?.cancel()
})

test('a socket that nobody reads from is hung up on', async () => {
  const { hostname, port } = new URL(scene.url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `GET /api/facts/stream HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${scene.operator}\r\n\r\n`,
  )
  await new Promise((resolve) => socket.once('readable', resolve)) // and never reads
  const error = 'y'.repeat(20_000)
  const body = { kind: 'config.refused', error } as const
  const dropped = async () =>
    Number(/streams_dropped_total (\d+)/.exec(await (await scene.ask('/metrics')).text())?.[1])
  for (let i = 0; i < 60 && (await dropped()) === 0; i++)
    await scene.fleet.store.recordFacts({ bodies: Array.from({ length: 50 }, () => body), now: i })
  await expect.poll(dropped).toBe(1)
  socket.destroy()
}, 60_000)
