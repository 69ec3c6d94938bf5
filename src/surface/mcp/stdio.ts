// MCP over standard input and output, for clients that start their servers. The API is asked in this very process, on the
// database, so the tools work whether or not a dispatcher or its API does.

import type { Readable, Writable } from 'node:stream'

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'

import { refused } from '../../base/errors.ts'
import { createLinks } from '../http/access/links.ts'
import { whoAsks } from '../http/access/who.ts'
import { createApp } from '../http/app.ts'
import { startHub } from '../http/facts/hub.ts'
import { createStreams } from '../http/facts/stream.ts'
import type { House } from '../http/house.ts'
import { redactor } from '../http/redact.ts'
import { createReplays } from '../http/replay.ts'
import { speakerOf } from './http.ts'
import { mcpServer } from './server.ts'

const origin = 'http://localhost'

/** What the client writes, and what it reads. */
export interface Line {
  readonly input: Readable
  readonly output: Writable
}

/** Serves until the client hangs up. Throws `access.token` for a token that is none of this fleet. */
export async function serveStdio(house: House, token: string, line: Line): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, host: 'localhost' }
  const who = await whoAsks(house, new Request(origin, { headers })).catch(() => null)
  if (who === null)
    throw refused('access.token', 'the token is none of this fleet', 'use the token of an attempt')
  const ending = new AbortController()
  const hub = await startHub(house)
  const redact = redactor(house.access, house.current)
  const { store, clock, random } = house
  const streams = createStreams({ store, clock, hub, redact, signal: ending.signal })
  const links = createLinks(clock, random)
  const app = createApp({
    house,
    hub,
    links,
    replays: createReplays({ store, clock, random }),
    redact,
    streams,
  })
  const underWay = new Set<Promise<Response>>()
  const server = mcpServer(speakerOf(who), async (method, path, body) => {
    const request = new Request(`${origin}${path}`, {
      method,
      headers: { ...headers, ...(body !== null && { 'content-type': 'application/json' }) },
      ...(body !== null && { body: JSON.stringify(body) }),
    })
    const answer = Promise.resolve(app(request, 'stdio'))
    underWay.add(answer)
    return await answer.finally(() => underWay.delete(answer))
  })
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve
  })
  // The transport does not notice that nobody speaks any more: without this, each client would leave a server behind.
  const hangUp = async () => {
    do {
      await clock.sleep(0) // what was read is taken up
      await Promise.allSettled(underWay)
    } while (underWay.size > 0)
    await clock.sleep(0) // what was answered is written
    await server.close()
  }
  for (const over of ['end', 'close', 'error'])
    line.input.once(over, () => void hangUp().catch(() => {}))
  await server.connect(new StdioServerTransport(line.input, line.output))
  await closed
  ending.abort()
  await hub.stop()
}
