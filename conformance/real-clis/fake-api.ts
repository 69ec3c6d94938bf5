// A model service on 127.0.0.1 that plays one scenario per address: `/s/SCENARIO~TAG/…` speaks whichever protocol is asked
// for. It calls the client's shell tool once and then answers, or it fails as the scenario says.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { bodyOf, refusals } from './errors.ts'
import {
  type Answer,
  type Body,
  type Call,
  eventsOf,
  isStreamed,
  type Protocol,
  protocolOf,
  providerOf,
  resultsIn,
  serverCall,
  shellCall,
  wholeOf,
} from './protocols.ts'

export interface FakeApi {
  readonly port: number
  /** How many model requests came for this tag. */
  asked(tag: string): number
  close(): void
}

/** The command the model asks for; the file proves that it ran. */
const work = 'echo done > proof.txt'
const longWork = 'echo begun > proof.txt; sleep 30; echo late > late.txt'

export async function startFakeApi(): Promise<FakeApi> {
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    response.on('error', () => {})
    const [, scenario = 'ok', tag = '', path = '/'] =
      /^\/s\/([\w-]+)~([\w.-]+)(\/.*)$/.exec(request.url ?? '') ?? []
    const body = parse(await bodyText(request))
    const protocol = request.method === 'POST' ? protocolOf(path) : null
    if (protocol === null)
      return json(response, 200, path.includes('models') ? { data: [], object: 'list' } : {})
    const offersTools = JSON.stringify(body.tools ?? []).length > 10
    const n = (asked.get(tag) ?? 0) + 1
    if (offersTools) asked.set(tag, n)
    await play(response, { scenario, protocol, path, body, n, offersTools })
  })
  server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked: (tag) => asked.get(tag) ?? 0,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Asked {
  readonly scenario: string
  readonly protocol: Protocol
  readonly path: string
  readonly body: Body
  readonly n: number
  readonly offersTools: boolean
}

async function play(response: ServerResponse, asked: Asked): Promise<void> {
  const { protocol, body } = asked
  // `later-X`: the first answer is a tool call, and all after it fail as X.
  const later = /^later-(.*)$/.exec(asked.scenario)?.[1]
  const scenario =
    later !== undefined ? (resultsIn(protocol, body) > 0 ? later : 'ok') : asked.scenario
  const refusal = refusals[scenario]?.()
  if (refusal !== undefined) {
    const headers = { ...refusal.headers, 'content-type': 'application/json' }
    response.writeHead(refusal.status, headers)
    return void response.end(JSON.stringify(bodyOf(refusal, providerOf(protocol))))
  }
  if (scenario === 'hang') return // never answered
  const call = callOf(asked, scenario)
  const answer: Answer = {
    call,
    text: 'DONE: the command ran.',
    stop: scenario === 'refuse' ? 'refusal' : 'end',
  }
  if (scenario === 'empty' && !isStreamed(protocol, asked.path, body)) {
    response.writeHead(200, { 'content-type': 'application/json' })
    return void response.end()
  }
  if (!isStreamed(protocol, asked.path, body) && scenario !== 'cut')
    return json(response, 200, wholeOf(protocol, answer, asked.n))
  stream(response, protocol, answer, scenario, asked.n)
}

/** What the model calls now: the shell once, or our own tools one after another. */
function callOf({ protocol, body, offersTools }: Asked, scenario: string): Call | null {
  if (!offersTools || scenario === 'refuse') return null
  const before = resultsIn(protocol, body)
  if (scenario === 'own-tools') {
    const [name, args] = ownTools[before] ?? []
    return name === undefined ? null : serverCall(protocol, body, name, args ?? {})
  }
  return before > 0 ? null : shellCall(protocol, body, scenario === 'long' ? longWork : work)
}

/** A session's way through Midwatch's tools: each answer is the call after the ones that came back. */
const ownTools: readonly (readonly [string, Call['args']])[] = [
  ['task', {}],
  ['progress', { text: 'half of it' }],
  ['lock_acquire', { name: 'merge' }],
  ['effect_begin', { key: 'mail:report' }],
  ['effect_commit', { key: 'mail:report', output: 'sent' }],
  ['add_task', { title: 'the rest', run: 'true', key: 'rest' }],
  ['done', { text: 'said over MCP' }],
]

function stream(
  response: ServerResponse,
  protocol: Protocol,
  answer: Answer,
  scenario: string,
  n: number,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_loopback' })
  if (scenario === 'empty' || scenario === 'empty-stream') return void response.end()
  const events = eventsOf(protocol, answer, n)
  const cutAt = scenario === 'cut' ? Math.max(1, Math.floor(events.length / 2)) : events.length
  for (const { name, data } of events.slice(0, cutAt)) {
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    const whole = `${name === null ? '' : `event: ${name}\n`}data: ${text}\n\n`
    response.write(scenario === 'cut' && events.length === 1 ? whole.slice(0, 40) : whole)
  }
  if (scenario === 'cut') setTimeout(() => response.destroy(), 50)
  else response.end()
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function parse(text: string): Body {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

async function bodyText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return '' // the client went away
  }
  return Buffer.concat(chunks).toString('utf8')
}
