// What every route keeps, whichever it is: answers as described and with a tag; what is asked again under its key is not
// done again; what is not there, not described or not JSON is refused with a code, a sentence and a remedy; and a list that
// can grow has a cursor. Made from the contract, so a new route is judged on the day it is written.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { type RouteName, routes } from '../../../src/surface/http/contract.ts'
import type { Route } from '../../../src/surface/http/contract/route.ts'
import { type Example, examplesOf, exampleYaml } from './examples.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
let examples: ReturnType<typeof examplesOf>
beforeAll(async () => {
  scene = await openScene(exampleYaml)
  examples = examplesOf(scene)
})
afterAll(() => scene.end())

const rows = Object.entries(routes) as [RouteName, Route][]
const reads = rows.filter(([, { method }]) => method === 'GET')
const writes = rows.filter(([, { method }]) => method !== 'GET')
const trouble = {
  code: expect.stringMatching(/./),
  sentence: expect.stringMatching(/./),
  remedy: expect.stringMatching(/./),
}

interface Asking {
  readonly at?: Example['at']
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly text?: string
}

async function ask(route: Route, example: Example, more: Asking = {}) {
  const { at = example.at ?? {}, query = example.query ?? '', headers = {} } = more
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(at[name])),
  )
  const text = more.text ?? (example.body === undefined ? undefined : JSON.stringify(example.body))
  scene.pass(1_000) // whoever asks at a human pace is heard
  const response = await scene.ask(query === '' ? path : `${path}?${query}`, {
    method: route.method,
    headers,
    ...(example.as !== undefined && { as: example.as }),
    ...(text !== undefined && { body: text }),
  })
  return { response, text: await response.text() }
}

/** Refused so, with everything that a reader needs. */
function expectTrouble({ response, text }: Awaited<ReturnType<typeof ask>>, status: number): void {
  expect(response.status, text).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(JSON.parse(text)).toMatchObject({ status, ...trouble })
}

describe.each(reads)('%s', (name, route) => {
  test('answers as it is described, says what is unchanged, and refuses a word it does not know', async () => {
    const example = await examples[name]()
    expectTrouble(await ask(route, example, { query: 'nonsense=1' }), 400)
    const first = await ask(route, example)
    if (name === 'diffTask') return expectTrouble(first, 404) // it has no worktree here
    expect(first.response.status, first.text).toBe(200)
    expect((route.answer as z.ZodType).safeParse(JSON.parse(first.text)).error).toBeUndefined()
    const etag = first.response.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[^"]+"$/)
    if (tellsTheTime.has(name)) return
    const again = await ask(route, example, { headers: { 'if-none-match': etag } })
    expect([again.response.status, again.text]).toEqual([304, ''])
  })
})

/** Answers that say what time it is are never the same. */
const tellsTheTime: ReadonlySet<RouteName> = new Set(['watch', 'series', 'spendBy'])

describe.each(writes)('%s', (name, route) => {
  test('is done once, however often it is asked under the same key', async () => {
    const example = await examples[name]()
    const headers = { 'idempotency-key': `once ${name}` }
    const first = await ask(route, example, { headers })
    expect(first.response.status, first.text).toBe(200)
    const told = (route.answer as z.ZodType).safeParse(JSON.parse(first.text))
    expect(told.error).toBeUndefined()
    const facts = await newest()
    const again = await ask(route, example, { headers })
    expect([again.response.status, again.text]).toEqual([200, first.text])
    expect(await newest()).toBe(facts)
    if (route.body === undefined) return
    const text = `${JSON.stringify(example.body)} `
    expectTrouble(await ask(route, example, { headers, text }), 422)
    expectTrouble(await ask(route, example, { headers: { 'idempotency-key': '\t' } }), 400)
  })

  test.runIf(route.body !== undefined)('what is no JSON or not described is refused', async () => {
    const example = await examples[name]()
    const facts = await newest()
    expectTrouble(await ask(route, example, { text: '{' }), 400)
    const more = JSON.stringify({ ...example.body, nonsense: 1 })
    expectTrouble(await ask(route, example, { text: more }), 400)
    const headers = { 'content-type': 'text/plain' }
    expectTrouble(await ask(route, example, { headers }), 415)
    expect(await newest()).toBe(facts)
  })
})

const newest = async () =>
  (await scene.fleet.store.facts({ newestFirst: true, limit: 1 }))[0]?.id ?? 0

const named = rows.filter(([, { params }]) => params !== undefined)
test.each(named)('%s of what is not there is refused', async (name, route) => {
  const example = await examples[name]()
  const at = { id: 999_999, name: 'nobody', lane: 'agent:nobody' }
  const isOwn = example.as !== undefined // a session has nothing but its own
  // A hold that was released is not told from one that never was.
  const status = isOwn ? 403 : name === 'answerHold' ? 409 : 404
  expectTrouble(await ask(route, example, { at }), status)
})

/** Lists without a cursor, and what keeps each from growing. */
const bounded: Readonly<Partial<Record<RouteName, string>>> = {
  watch: 'what is under way, out of order or waits for a person now',
  inbox: 'what waits for a person now',
  series: 'as many points as were asked for',
  whyFleet: 'reasons that hold now',
  listAttempts: 'as many as the slots of the hosts',
  listHosts: 'one each',
  listMechanisms: 'one each on every host',
  mechanismSteps: 'one each on every host',
  listGates: 'lanes of what is configured',
  listAgents: 'what is configured',
  showAgent: 'its newest attempts',
  listAccounts: 'what is configured',
  listSchedules: 'what is configured',
  listWindows: 'what is configured, with the newest openings',
  showTask: 'attempts of one task, which are bounded by its budget',
  whyTask: 'reasons that hold now',
  showConvoy: 'members of one convoy',
  listReviews: 'rounds of one task, after which a person is asked',
  searchLog: 'hits in a bounded part of a log, with its own `next`',
  quota: 'what is configured',
  spendBy: 'a line each for days, agents and labels; tasks the dearest',
}

test.each(reads)('%s has a cursor, or something bounds it', (name, route) => {
  const fields = Object.entries((route.answer as z.ZodObject).shape)
  const lists = fields.filter(([, field]) => listed(field as z.ZodType))
  const pages = fields.some(([field]) => field === 'next')
  if (bounded[name] !== undefined || lists.length === 0) return
  const cursors = ['before', 'after', 'from']
  expect(pages, name).toBe(true)
  expect(Object.keys(route.query?.shape ?? {})).toEqual(
    expect.arrayContaining([expect.toBeOneOf(cursors)]),
  )
})

const listed = (field: z.ZodType): boolean =>
  field instanceof z.ZodArray || (field instanceof z.ZodReadonly && listed(field.unwrap() as never))
