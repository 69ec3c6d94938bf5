// The contract as OpenAPI 3.1, made from the same rows that validate.

import { z } from 'zod'

import { version } from '../../base/version.ts'
import { routes } from './contract.ts'
import { problem } from './contract/nouns.ts'
import type { Route } from './contract/route.ts'
import { otherPaths } from './openapi-others.ts'

type Json = Readonly<Record<string, unknown>>

let made: Json | null = null

/** The whole description. Made once. */
export function openapi(): Json {
  made ??= {
    openapi: '3.1.0',
    info: {
      title: 'Midwatch',
      version,
      description:
        'A dispatcher for fleets of command-line coding agents in which nothing stops without a way back. Writes take an ' +
        '`Idempotency-Key`; answers to GET carry an `ETag`. Live facts are server-sent events at `/api/facts/stream`, ' +
        'which goes on after `Last-Event-ID`.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { cookie: [] }],
    paths: { ...pathsOf(Object.entries(routes)), ...otherPaths },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'midwatch_FLEET' },
      },
      schemas: { Problem: schemaOf(problem, 'output') },
    },
  }
  return made
}

function pathsOf(rows: readonly [string, Route][]): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of rows) {
    const path = paths[route.path] ?? {}
    path[route.method.toLowerCase()] = operationOf(name, route)
    paths[route.path] = path
  }
  return paths
}

function operationOf(name: string, route: Route): Json {
  const write = route.method !== 'GET'
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.about,
    description: route.rights.length === 0 ? 'Anybody may.' : `For: ${route.rights.join(', ')}.`,
    ...(route.rights.length === 0 && { security: [] }),
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(write
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              schema: { type: 'string', maxLength: 200 },
            },
          ]
        : []),
    ],
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(route.body, 'input') } },
      },
    }),
    responses: {
      200: {
        description: 'Done',
        content: { 'application/json': { schema: schemaOf(route.answer, 'output') } },
      },
      default: {
        description: 'Trouble, with a code, a sentence and a remedy',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  }
}

function parametersOf(shape: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  if (shape === undefined) return []
  const schema = schemaOf(shape, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(schema.properties ?? {}).map(([name, one]) => ({
    name,
    in: where,
    required: where === 'path' || (schema.required ?? []).includes(name),
    schema: one,
  }))
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' })
  return schema
}
