// Routes of convoys: tasks that land together, with the one that lands them.

import { z } from 'zod'

import * as nouns from './nouns.ts'
import { act, beforeId, look, pageLimit, route } from './route.ts'

const tag = 'Convoys'
const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 52),
})

const convoy = z.object({
  id: nouns.id,
  title: z.string(),
  createdAt: nouns.time,
  createdBy: z.string(),
  landingTask: nouns.id.nullable(),
  landedAt: nouns.time.nullable(),
  done: z.number(),
  failed: z.number(),
  skipped: z.number(),
  open: z.number(),
  members: z.array(
    z.object({
      task: nouns.id,
      title: z.string(),
      state: z.string(),
      outcome: z.string().nullable(),
      doneBy: nouns.id.nullable(),
    }),
  ),
})
const tasks = z.array(nouns.id).max(1_000)

export const convoyRoutes = {
  listConvoys: route({
    method: 'GET',
    path: '/api/convoys',
    tag,
    about: 'Tasks that land together, newest first: done, failed, skipped and open',
    rights: look,
    query: z.object({ before: beforeId, limit: pageLimit(50, 200) }),
    answer: z.object({ convoys: z.array(convoy), next: nouns.id.nullable() }),
  }),
  showConvoy: route({
    method: 'GET',
    path: '/api/convoys/{id}',
    tag,
    about: 'One convoy with its members',
    rights: look,
    params: idParam,
    answer: z.object({ convoy }),
  }),
  createConvoy: route({
    method: 'POST',
    path: '/api/convoys',
    tag,
    about:
      'Let tasks land together: with an order, a task that lands them, once, when all are done',
    rights: act,
    body: z.object({
      title: z.string().min(1).max(500),
      tasks: tasks.min(1),
      landRun: z.string().min(1).max(100_000).optional().describe('a command that lands them'),
      landPrompt: z.string().min(1).max(100_000).optional().describe('the same as a prompt'),
      landAgent: z.string().max(100).optional().describe('who lands them'),
    }),
    answer: z.object({ convoy }),
  }),
  changeConvoy: route({
    method: 'POST',
    path: '/api/convoys/{id}/members',
    tag,
    about: 'Add members and let others leave, until it lands',
    rights: act,
    params: idParam,
    body: z.object({ add: tasks.default([]), remove: tasks.default([]) }),
    answer: z.object({ convoy }),
  }),
}
