// What is answered besides the routes of the contract, for the description: the live stream, metrics, health, MCP, and the
// description itself. None of them is JSON of a fixed shape by one handler, so each says here what it takes and gives.

import { look, own, type Role } from './contract/route.ts'

type Json = Readonly<Record<string, unknown>>

const problem = {
  default: {
    description: 'Trouble, with a code, a sentence and a remedy',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
}
const text = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
})
const json = (description: string, schema: Json) => ({
  description,
  content: { 'application/json': { schema } },
})
const status = (...words: string[]): Json => ({
  type: 'object',
  properties: { status: { type: 'string', enum: words } },
  required: ['status'],
})
const who = (rights: readonly Role[]): Json =>
  rights.length === 0
    ? { description: 'Anybody may.', security: [] }
    : { description: `For: ${rights.join(', ')}.` }
const message: Json = { type: 'object', description: 'A JSON-RPC 2.0 message of MCP' }

export const otherPaths: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  '/api/facts/stream': {
    get: {
      operationId: 'streamFacts',
      tags: ['Facts'],
      summary:
        'Live facts as server-sent events: `hello` when it begins, then `fact`, each with its id and the JSON of a fact',
      ...who(look),
      parameters: [
        {
          name: 'Last-Event-ID',
          in: 'header',
          required: false,
          schema: { type: 'string', pattern: '^\\d{1,15}$' },
          description: 'The last fact that was seen: what was missed is told first',
        },
        {
          name: 'after',
          in: 'query',
          required: false,
          schema: { type: 'integer', minimum: 0 },
          description: 'The same, where a header cannot be sent',
        },
        {
          name: 'task',
          in: 'query',
          required: false,
          schema: { type: 'integer', minimum: 1 },
          description: 'Only facts of this task',
        },
      ],
      responses: { 200: text('text/event-stream', 'Until either side ends it'), ...problem },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      tags: ['Health'],
      summary: 'Metrics in the text format of Prometheus',
      ...who(look),
      responses: { 200: text('text/plain', 'Version 0.0.4'), ...problem },
    },
  },
  '/healthz': {
    get: {
      operationId: 'healthz',
      tags: ['Health'],
      summary: 'Whether this process answers',
      ...who([]),
      responses: { 200: json('It does', status('ok')) },
    },
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      tags: ['Health'],
      summary: 'Whether the fleet works: no work and gated work are no failures',
      ...who([]),
      responses: {
        200: json('It works, has nothing to do, or waits', status('working', 'no_work', 'gated')),
        503: json('It is broken', status('broken')),
      },
    },
  },
  '/mcp': {
    post: {
      operationId: 'mcp',
      tags: ['MCP'],
      summary:
        'MCP over Streamable HTTP: every request stands for itself, with the token it brings',
      ...who(own),
      requestBody: { required: true, content: { 'application/json': { schema: message } } },
      responses: { 200: json('The answer', message), 202: { description: 'Heard' }, ...problem },
    },
  },
  '/api/openapi.json': {
    get: {
      operationId: 'openapi',
      tags: ['Description'],
      summary: 'This description',
      ...who([]),
      responses: { 200: json('OpenAPI 3.1', { type: 'object' }) },
    },
  },
  '/api/docs': {
    get: {
      operationId: 'docs',
      tags: ['Description'],
      summary: 'This description as a page',
      ...who([]),
      responses: { 200: text('text/html', 'One page without scripts') },
    },
  },
}
