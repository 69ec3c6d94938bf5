// Routes of attempts: what runs, what it printed, and the wish that it stops.

import { z } from 'zod'

import * as nouns from './nouns.ts'
import { act, look, own, route } from './route.ts'

const tag = 'Attempts'
const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 52),
})
const offset = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 52)
const stream = z.enum(['out', 'err']).default('out')

export const attemptRoutes = {
  listAttempts: route({
    method: 'GET',
    path: '/api/attempts',
    tag,
    about: 'Attempts that have not ended, with the titles of their tasks',
    rights: look,
    query: z.object({
      host: z.string().max(100).optional(),
      agent: z.string().max(100).optional(),
    }),
    answer: z.object({ attempts: z.array(nouns.attempt.extend({ title: z.string() })) }),
  }),
  showAttempt: route({
    method: 'GET',
    path: '/api/attempts/{id}',
    tag,
    about: 'One attempt',
    rights: own,
    params: idParam,
    answer: z.object({ attempt: nouns.attempt, canStop: nouns.refusalShape.nullable() }),
  }),
  readLog: route({
    method: 'GET',
    path: '/api/attempts/{id}/log',
    tag,
    about:
      'A piece of what its session printed. Without `from` the end of it; with `waitMs` the answer waits for more',
    rights: own,
    params: idParam,
    query: z.object({
      stream,
      from: offset.optional().describe('byte offset'),
      max: z.coerce.number().int().min(1).max(1_000_000).default(64_000),
      waitMs: z.coerce.number().int().min(0).max(20_000).default(0),
    }),
    answer: z.object({
      stream: z.enum(['out', 'err']),
      from: z.number(),
      next: z.number().describe('where to read on'),
      size: z.number(),
      ended: z.boolean(),
      text: z.string(),
    }),
  }),
  searchLog: route({
    method: 'GET',
    path: '/api/attempts/{id}/log/search',
    tag,
    about: 'Lines that contain a text, looked for in at most 32 MB a time; `next` goes on',
    rights: own,
    params: idParam,
    query: z.object({ stream, text: z.string().min(1).max(200), from: offset.default(0) }),
    answer: z.object({
      hits: z.array(z.object({ at: z.number(), line: z.string() })),
      next: z.number().nullable(),
      size: z.number(),
    }),
  }),
  stopAttempt: route({
    method: 'POST',
    path: '/api/attempts/{id}/stop',
    tag,
    about: 'Ask its dispatcher to stop the session; its task is tried again, uncharged',
    rights: act,
    params: idParam,
    body: z.object({ reason: z.string().max(2_000).optional() }),
    answer: z.object({ asked: z.boolean() }),
  }),
  sayProgress: route({
    method: 'POST',
    path: '/api/attempts/{id}/progress',
    tag,
    about: 'How far it is, told by its own session',
    rights: ['attempt'],
    params: idParam,
    body: z.object({ text: z.string().min(1).max(100_000) }),
    answer: z.object({ noted: z.boolean() }),
  }),
}
