// Routes of what waits and what stands together: holds by class, convoys with their reviews, and what was spent.

import { z } from 'zod'

import { reviewDecisions } from '../../../model/review.ts'
import * as nouns from './nouns.ts'
import { act, look, route } from './route.ts'

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

const review = z.object({
  task: nouns.id,
  judged: nouns.id,
  maker: z.string(),
  verified: z.boolean(),
  offeredAt: nouns.time,
  decision: z.enum(reviewDecisions).nullable(),
  text: z.string(),
  decidedAt: nouns.time.nullable(),
  decidedBy: z.string().nullable(),
})

export const waitingRoutes = {
  listHolds: route({
    method: 'GET',
    path: '/api/holds',
    tag: 'Holds',
    about:
      'Live holds of the newest held tasks, and by class: how many wait, and what releases them',
    rights: look,
    answer: z.object({
      classes: z.array(
        z.object({
          kind: z.string(),
          waiting: z.number(),
          oldest: nouns.time.nullable(),
          needPerson: z.number(),
          releasedBy: z.string().nullable(),
          lastFiredAt: nouns.time.nullable(),
          lastMovedAt: nouns.time.nullable(),
        }),
      ),
      holds: z.array(nouns.hold.extend({ title: z.string() })),
      whole: z.boolean().describe('false where more tasks are held than were looked at'),
    }),
  }),
  listConvoys: route({
    method: 'GET',
    path: '/api/convoys',
    tag: 'Convoys',
    about: 'Tasks that land together: done, failed, skipped and open',
    rights: look,
    answer: z.object({ convoys: z.array(convoy) }),
  }),
  listReviews: route({
    method: 'GET',
    path: '/api/tasks/{id}/reviews',
    tag: 'Convoys',
    about: 'The reviews of a task’s work, oldest first',
    rights: look,
    params: idParam,
    answer: z.object({ reviews: z.array(review) }),
  }),
  decideReview: route({
    method: 'POST',
    path: '/api/reviews/{id}/decide',
    tag: 'Convoys',
    about:
      'Decide a review: approve settles the work, changes returns it, reject fails it. Decided once',
    rights: act,
    params: idParam,
    body: z.object({
      decision: z.enum(reviewDecisions),
      text: z.string().max(100_000).default(''),
    }),
    answer: z.object({ judged: nouns.id, askedPerson: z.boolean() }),
  }),
  spend: route({
    method: 'GET',
    path: '/api/spend',
    tag: 'Spend',
    about:
      'What the newest attempts of each agent consumed, as far as their clients tell, by agent and day',
    rights: look,
    answer: z.object({
      lookedAt: z.number().describe('attempts of each agent at most'),
      agents: z.array(
        z.object({
          agent: z.string(),
          attempts: z.number(),
          costUsd: z.number(),
          inputTokens: z.number(),
          outputTokens: z.number(),
        }),
      ),
      days: z.array(z.object({ day: z.string(), costUsd: z.number(), tokens: z.number() })),
      limits: z
        .array(z.object({ lane: z.string(), until: nouns.time.nullable(), reason: z.string() }))
        .describe('accounts and budgets that do not pass now, with when they do again'),
    }),
  }),
}
