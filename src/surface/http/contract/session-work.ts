// Routes a session needs beside its own task: asking a person, and effects that it makes itself, once each.

import { z } from 'zod'

import { act, route } from './route.ts'

const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 52),
})
const key = z
  .string()
  .regex(/^[!-~]{1,200}$/, 'must be 1 to 200 printable characters without spaces')
  .describe('what is done, whoever does it')
const effect = z.looseObject({
  key: z.string(),
  kind: z.string(),
  state: z.string(),
  result: z.object({ output: z.string() }).nullable(),
})

export const sessionWorkRoutes = {
  askPerson: route({
    method: 'POST',
    path: '/api/tasks/{id}/ask',
    tag: 'Sessions',
    about: 'Ask a person: ends this session at no cost, and the answer stands in the next order',
    rights: ['attempt'],
    params: idParam,
    body: z.object({ question: z.string().min(1).max(20_000) }),
    answer: z.object({ asked: z.boolean() }),
  }),
  answerHold: route({
    method: 'POST',
    path: '/api/holds/{id}/answer',
    tag: 'Holds',
    about: 'Answer a question; the answer stands in the next attempt’s order',
    rights: act,
    params: idParam,
    body: z.object({ text: z.string().min(1).max(100_000) }),
    answer: z.object({ ready: z.boolean() }),
  }),
  beginEffect: route({
    method: 'POST',
    path: '/api/effects/begin',
    tag: 'Effects',
    about:
      'Reserve an effect that the session makes itself. `ours` false: it was performed before, or somebody is at it',
    rights: ['attempt'],
    body: z.object({
      key,
      params: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('what exactly is done; others under the same key are refused'),
      check: z
        .string()
        .max(10_000)
        .optional()
        .describe('shell command that says whether it happened: 0 yes, 1 no'),
      forMs: z
        .number()
        .int()
        .min(1_000)
        .max(86_400_000)
        .default(600_000)
        .describe('how long it may take'),
    }),
    answer: z.object({ effect, ours: z.boolean() }),
  }),
  commitEffect: route({
    method: 'POST',
    path: '/api/effects/commit',
    tag: 'Effects',
    about: 'It happened',
    rights: ['attempt'],
    body: z.object({ key, output: z.string().max(100_000).default('') }),
    answer: z.object({ effect }),
  }),
  abortEffect: route({
    method: 'POST',
    path: '/api/effects/abort',
    tag: 'Effects',
    about: 'Nothing happened: it may be tried again',
    rights: ['attempt'],
    body: z.object({ key, reason: z.string().max(10_000).default('aborted by its holder') }),
    answer: z.object({ effect }),
  }),
}
