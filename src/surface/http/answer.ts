// One request, one answer: read by the contract, judged by the guards, handed to its handler, and told as JSON with an
// ETag. What the contract does not know is refused with the field that is wrong.

import { z } from 'zod'

import { hashOf } from '../../base/ids.ts'
import type { Links } from './access/links.ts'
import type { Who } from './access/who.ts'
import type { Route } from './contract/route.ts'
import type { FactHub } from './facts/hub.ts'
import type { Streams } from './facts/stream.ts'
import type { Call } from './handlers/call.ts'
import type { House } from './house.ts'
import { refuse } from './problem.ts'
import type { Kept, Replays } from './replay.ts'

export interface Tools {
  readonly house: House
  readonly hub: FactHub
  readonly links: Links
  readonly replays: Replays
  readonly redact: (text: string) => string
}

/** The same with the live streams. */
export interface AppTools extends Tools {
  readonly streams: Streams
}

export type AnyHandler = (call: Call<Route>) => unknown

const usualBodyBytes = 256_000

/** Answers a request that has passed the guards. */
export async function answer(
  tools: Tools,
  route: Route,
  handler: AnyHandler,
  request: Request,
  rawParams: Readonly<Record<string, string>>,
  who: Who,
): Promise<Response> {
  const params = read(route.params, rawParams, 'path')
  const query = read(route.query, queryOf(new URL(request.url).searchParams), 'query')
  const text = route.body === undefined ? '' : await bodyText(request, route)
  const body = read(route.body, parsed(text), 'body')
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  const once = idempotencyKey(request)
  const onceKey = once === null ? null : `${who.key} ${once}`
  const run = async (): Promise<Kept> => {
    const call = {
      ...tools,
      who,
      params,
      query,
      body,
      signal: request.signal,
      onceKey,
      header: (name: string, value: string) => headers.append(name, value),
    }
    const said = await handler(call as Call<Route>)
    return { status: 200, text: tools.redact(JSON.stringify(said)) }
  }
  if (request.method === 'GET') return tagged(request, headers, (await run()).text)
  const asked = `${request.method} ${request.url} ${text}`
  const kept = onceKey === null ? await run() : await tools.replays.once(onceKey, asked, run)
  return new Response(kept.text, { status: kept.status, headers })
}

/** Unchanged answers are told as such: pages ask often. */
function tagged(request: Request, headers: Headers, text: string): Response {
  const etag = `"${hashOf(text).slice(0, 27)}"`
  headers.set('etag', etag)
  headers.set('cache-control', 'private, no-cache')
  headers.set('vary', 'cookie, authorization')
  const known = request.headers.get('if-none-match') ?? ''
  if (known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag))
    return new Response(null, { status: 304, headers })
  return new Response(text, { headers })
}

const nothing = z.strictObject({})

function read(shape: z.ZodObject | undefined, given: unknown, where: string): object {
  const result = (shape ?? nothing).strict().safeParse(given)
  if (result.success) return result.data
  const [first] = result.error.issues
  const path = first?.path.join('.') ?? ''
  throw refuse(
    400,
    'request.invalid',
    `${path === '' ? `the ${where}` : `${where} field ${path}`}: ${first?.message ?? 'is not as described'}`,
    'GET /api/openapi.json describes it',
  )
}

/** Parameters given several times are lists. */
function queryOf(given: URLSearchParams): Record<string, unknown> {
  const query = Object.create(null) as Record<string, unknown>
  for (const key of new Set(given.keys())) {
    const values = given.getAll(key)
    query[key] = values.length === 1 ? values[0] : values
  }
  return { ...query }
}

async function bodyText(request: Request, route: Route): Promise<string> {
  const type = request.headers.get('content-type') ?? ''
  if (request.body !== null && !/^application\/json\b/i.test(type))
    throw refuse(
      415,
      'request.type',
      'the body is not declared as JSON',
      'send content-type: application/json',
    )
  return await boundedText(request, route.bodyBytesMax ?? usualBodyBytes)
}

/** The body as text. Throws Refused (413) as soon as it is larger, without reading on. */
export async function boundedText(request: Request, most: number): Promise<string> {
  const tooLarge = () =>
    refuse(413, 'request.too_large', `the body is larger than ${most} bytes`, 'send less', {
      connection: 'close',
    })
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge()
  if (request.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > most) throw tooLarge()
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function parsed(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(400, 'request.json', 'the body is not JSON', 'send one JSON object')
  }
}

function idempotencyKey(request: Request): string | null {
  const key = request.headers.get('idempotency-key')
  if (key === null) return null
  if (/^[\x20-\x7e]{1,200}$/.test(key)) return key
  throw refuse(400, 'request.key', 'the idempotency key is none', 'send 1 to 200 plain characters')
}
