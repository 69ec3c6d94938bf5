// Routes of what waits and what stands together: holds by class, and reviews.

import { z } from 'zod'

import { holdKinds } from '../../../model/hold.ts'
import { reviewDecisions } from '../../../model/review.ts'
import * as nouns from './nouns.ts'
import { act, look, pageLimit, route } from './route.ts'

const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 52),
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

const afterHold = z
  .string()
  .regex(/^\d{1,15}\.\d{1,15}$/, 'must be `next` of the page before')
  .optional()
  .describe('the next page: `next` of the one before')

export const waitingRoutes = {
  listHolds: route({
    method: 'GET',
    path: '/api/holds',
    tag: 'Holds',
    about:
      'What waits, by class, with what releases it; and live holds: the oldest of each kind, or of one, page by page',
    rights: look,
    query: z.object({
      kind: z.enum(holdKinds).optional(),
      person: z
        .union([z.boolean(), z.stringbool()])
        .optional()
        .describe(
          'only those that a person has to end, or only the others; with kind the others when left out',
        ),
      after: afterHold,
      limit: pageLimit(50),
    }),
    answer: z.object({
      classes: z.array(
        z.object({
          class: z.string().describe('a kind of hold, or calm:WINDOW'),
          waiting: z.number(),
          oldest: nouns.time,
          needPerson: z.number(),
          mechanism: z.string().nullable(),
          does: z.string(),
          lastFiredAt: nouns.time.nullable(),
          lastReleasedAt: nouns.time.nullable(),
          flag: z.string().nullable().describe('why it is to be looked at; null while all is well'),
        }),
      ),
      holds: z.array(nouns.hold.extend({ title: z.string() })),
      next: z.string().nullable(),
    }),
  }),
  openReviews: route({
    method: 'GET',
    path: '/api/reviews',
    tag: 'Convoys',
    about: 'Work that waits for a review, the longest waiting first',
    rights: look,
    query: z.object({ after: afterHold, limit: pageLimit(100) }),
    answer: z.object({
      reviews: z.array(review.extend({ title: z.string() })),
      next: z.string().nullable(),
    }),
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
}
