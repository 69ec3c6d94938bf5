// The API and the page as one function from request to response: guards first, for every path alike, then the route.
// Nothing here listens, so tests call it as a browser would.

import { Hono } from 'hono'

import { OperatingError } from '../../base/errors.ts'
import { checkHost, checkOrigin, checkRights } from './access/guards.ts'
import { createRates, failureRate, usualRate } from './access/rates.ts'
import { whoAsks, type Who } from './access/who.ts'
import { answer, type AnyHandler, type AppTools, type Tools } from './answer.ts'
import { routes } from './contract.ts'
import { look, own, type Route } from './contract/route.ts'
import { docsPage } from './docs-page.ts'
import { handlers } from './handlers.ts'
import { healthz, readyz } from './health.ts'
import type { House } from './house.ts'
import { metricsText } from './metrics.ts'
import { openapi } from './openapi.ts'
import { pageResponse } from './page.ts'
import { problemOf, problemResponse, refuse } from './problem.ts'
import { secured } from './headers.ts'

export type AppFetch = (request: Request, remote: string) => Promise<Response>

interface Bound {
  remote: string
}

const nobody: Who = {
  role: 'viewer',
  by: 'nobody',
  via: 'token',
  attempt: null,
  csrf: null,
  key: 'nobody',
}

/** Everything the API and the page answer. */
export function createApp(tools: AppTools): AppFetch {
  const { house, streams } = tools
  const app = new Hono<{ Bindings: Bound }>()
  const guard = guardOf(tools)
  for (const [name, route] of Object.entries(routes) as [keyof typeof handlers, Route][])
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const who = await guard(c.req.raw, c.env.remote, route.rights)
      const handler = handlers[name] as AnyHandler
      const answering = answer(tools, route, handler, c.req.raw, c.req.param(), who)
      return await (route.rights.length > 0 ? answering : guard.guessing(c.env.remote, answering))
    })
  app.get('/api/facts/stream', async (c) => {
    await guard(c.req.raw, c.env.remote, look)
    return streams.open(c.req.raw, taskAsked(c.req.query('task')), asLongAs(house))
  })
  app.get('/api/openapi.json', (c) => c.json(openapi()))
  app.get('/api/docs', () => docsPage())
  app.get('/metrics', async (c) => {
    await guard(c.req.raw, c.env.remote, look)
    const text = await metricsText(tools)
    return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4' } })
  })
  app.all('/mcp', async (c) => {
    const who = await guard(c.req.raw, c.env.remote, own)
    const { answerMcp } = await import('../mcp/http.ts')
    return await answerMcp(c.req.raw, who, (request) => answerOf(request, c.env.remote))
  })
  app.get('/healthz', () => healthz())
  app.get('/readyz', () => readyz(house))
  app.all('/api/*', (c) => {
    throw noRoute(c.req.method, c.req.path)
  })
  app.get('*', (c) => pageResponse(house.assets, c.req.raw))
  app.notFound((c) => problemResponse(noRoute(c.req.method, c.req.path).problem))
  app.onError((error) => problemResponse(problemOf(error, faultOf(tools))))
  const answerOf: AppFetch = async (request, remote) => {
    try {
      checkHost(request.headers.get('host') ?? new URL(request.url).host, house.hosts())
      return secured(await app.fetch(request, { remote }))
    } catch (error) {
      return secured(problemResponse(problemOf(error, faultOf(tools))))
    }
  }
  return answerOf
}

/**
 * Who asks, if they may; everything that is refused before a handler is refused here. Whoever is known, or comes with a good
 * link, is never refused for the failures of a stranger: on one machine all come from the same address.
 */
function guardOf({ house }: AppTools) {
  const rates = createRates(house.clock)
  /** What fails in it is counted as a guess, and refused as such when there were too many. */
  const guessing = async <T>(remote: string, attempt: Promise<T>): Promise<T> => {
    try {
      return await attempt
    } catch (error) {
      rates.take(`stranger ${remote}`, failureRate)
      throw error
    }
  }
  const guard = async (request: Request, remote: string, rights: Route['rights']): Promise<Who> => {
    const who = await guessing(remote, whoAsks(house, request))
    rates.take(who?.key ?? remote, usualRate)
    checkOrigin(request, who)
    checkRights(rights, who)
    return who ?? nobody
  }
  return Object.assign(guard, { guessing })
}

const noRoute = (method: string, path: string) => {
  const there = Object.values(routes).some((route) => matches(route.path, path))
  return there
    ? refuse(405, 'request.method', `${method} is not done here`, 'GET /api/docs lists what is')
    : refuse(404, 'request.path', 'there is nothing here', 'GET /api/docs lists what there is')
}

/** Whether the secrets are still those of now; nobody is welcome while they cannot be read. */
function asLongAs({ access }: House): () => boolean {
  const { secret, operator, viewer } = access()
  return () => {
    try {
      const now = access()
      return now.secret === secret && now.operator === operator && now.viewer === viewer
    } catch (error) {
      if (error instanceof OperatingError) return false
      throw error
    }
  }
}

/** The task whose facts alone are wanted; null for those of all. */
function taskAsked(given: string | undefined): number | null {
  if (given === undefined) return null
  if (/^[1-9]\d{0,14}$/.test(given)) return Number(given)
  throw refuse(
    400,
    'request.invalid',
    'query field task: is no number of a task',
    'GET /api/openapi.json describes it',
  )
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)

const faultOf =
  ({ house, redact }: Tools) =>
  (error: unknown): void =>
    house.log(`http: ${redact((error as Error)?.stack ?? String(error))}`)
