// Requests made from the description itself, sound and broken, for every route that writes or reads, by somebody who may:
// never a fault of our own, never a secret, and trouble always has a code, a sentence and a remedy.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { type RouteName, routes } from '../../../src/surface/http/contract.ts'
import { openapi } from '../../../src/surface/http/openapi.ts'
import { chanceSeed } from '../../support/chance.ts'
import { openScene, type Scene, secretValue } from './scene.ts'

interface Schema {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}
interface Operation {
  operationId: string
  parameters: { name: string; in: string; required: boolean; schema: Schema }[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
}

/** Routes that only a session may use: each has one of its own, for some of them end it. */
const sessionsOnly = (name: RouteName): boolean =>
  !(routes[name].rights as readonly string[]).some((role) => role === 'operator') &&
  (routes[name].rights as readonly string[]).includes('attempt')
const sessions = new Map<RouteName, Awaited<ReturnType<Scene['session']>>>()

let scene: Scene
beforeAll(async () => {
  scene = await openScene(`
windows: { night: { clock: ['22:00-06:00'], load: 0.5 } }
schedules: { tides: { cron: '0 */6 * * *', run: 'true' } }
budget: { fleet: { day: 5 } }
`)
  for (let i = 0; i < 3; i++) await scene.session()
  for (const name of Object.keys(routes) as RouteName[])
    if (sessionsOnly(name)) sessions.set(name, await scene.session())
})
afterAll(() => scene.end())

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e308, '', ' ', '\u0000', '../..', '%00', '☃'),
  fc.constantFrom<unknown>([], {}, [[[]]], { __proto__: { a: 1 } }, Number.MAX_SAFE_INTEGER + 2),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Values that fit the schema, and now and then one that does not. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: exact(schema) }, { weight: 1, arbitrary: odd })
}

function exact(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(exact))
  switch (schema.type) {
    case 'string':
      return fc.oneof(
        fc.constantFrom('2h', 'ever', '/', '/tmp', 'shell', 'agent:shell', 'fleet', 'frontier'),
        fc.constantFrom(
          'claude',
          'tides',
          'night',
          'dry-dock',
          'anthropic-default',
          'calm:night@h1',
        ),
        fc.string({
          minLength: schema.minLength ?? 0,
          maxLength: Math.min(60, schema.maxLength ?? 60),
        }),
      )
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({ min: Math.max(schema.minimum ?? -5, -1_000), max: (schema.minimum ?? 0) + 9 }),
        fc.constantFrom(schema.minimum ?? 0, schema.maximum ?? 1_000),
      )
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(fitting(schema.items ?? {}), { maxLength: 4 })
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, one]) => [name, fitting(one)]),
        ),
        { requiredKeys: schema.required ?? [] },
      )
    default:
      return odd
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')

const operations = Object.entries(openapi()['paths'] as Record<string, Record<string, Operation>>)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  .map((one) => [one.operation.operationId as RouteName, one] as const)
  .filter(([name]) => name in routes) // the stream and its like are tried by their own tests

test.each(operations)(
  '%s',
  async (name, { path, method, operation }) => {
    const { parameters, requestBody } = operation
    const session = sessions.get(name)
    const as = session?.token ?? scene.operator
    const own = path.startsWith('/api/attempts') ? session?.attempt.id : session?.attempt.taskId
    const statuses: number[] = []
    const named = (where: string) =>
      fc.record(
        Object.fromEntries(
          parameters
            .filter((one) => one.in === where)
            .map((one) => [one.name, fitting(one.schema)]),
        ),
        {
          requiredKeys: parameters
            .filter((one) => one.in === where && one.required)
            .map(({ name }) => name),
        },
      )
    const body = requestBody
      ? fitting(requestBody.content['application/json'].schema)
      : fc.constant(undefined)
    await fc.assert(
      fc.asyncProperty(named('path'), named('query'), body, async (params, query, sent) => {
        const given = {
          ...(params as Record<string, unknown>),
          ...(own !== undefined && { id: own }),
        }
        const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
          encodeURIComponent(textOf((given as Record<string, unknown>)[name])),
        )
        const search = new URLSearchParams(
          Object.entries(query as object)
            .filter(([name]) => name !== 'waitMs')
            .map(([name, value]): [string, string] => [name, textOf(value)]),
        )
        const ask = () =>
          scene.ask(`${url}?${search}`, {
            method: method.toUpperCase(),
            as,
            ...(sent !== undefined && { body: textOf(sent) }),
          })
        let response = await ask()
        // Whoever is told to ask more slowly, and does, is heard.
        if (response.status === 429) {
          await response.text()
          scene.pass(Number(response.headers.get('retry-after')) * 1_000)
          response = await ask()
        }
        const said = await response.text()
        statuses.push(response.status)
        expect(
          response.status,
          `${url} ${textOf(sent)} → ${said}\n${scene.log.join('\n')}`,
        ).toBeLessThan(500)
        expect(said).not.toContain(secretValue)
        expect(said).not.toContain(scene.operator)
        if (response.status >= 400)
          expect(JSON.parse(said)).toMatchObject({
            code: expect.stringMatching(/./),
            sentence: expect.stringMatching(/./),
            remedy: expect.stringMatching(/./),
          })
      }),
      { numRuns: 40, seed: chanceSeed },
    )
    // Whoever is refused at the door has tried nothing.
    const heard = statuses.filter((status) => ![401, 403].includes(status))
    if (routes[name].rights.length > 0) expect(heard.length, statuses.join(' ')).toBeGreaterThan(20)
  },
  60_000,
)

test('nothing of it was a fault', () => {
  expect(scene.log.filter((line) => line.startsWith('http:'))).toEqual([])
})
