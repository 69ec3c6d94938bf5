// Routes of what was consumed, and of what may still be.

import { z } from 'zod'

import { quotaStatuses } from '../../../model/quota.ts'
import * as nouns from './nouns.ts'
import { look, route } from './route.ts'
import { spendViews } from '../../spending/sums.ts'

const sums = {
  attempts: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
  wastedUsd: z.number().describe('of it, in attempts that ended without success'),
}

export const spendingRoutes = {
  quota: route({
    method: 'GET',
    path: '/api/quota',
    tag: 'Spend',
    about:
      'What may still be used: budgets by day and month, quotas of accounts by the periods their providers renew',
    rights: look,
    answer: z.object({
      timeZone: z.string().nullable().describe('of days and months; null for the machine’s own'),
      exemptFrom: z
        .number()
        .nullable()
        .describe('tasks of this priority or a higher one start although a cap is reached'),
      periods: z.array(
        z.object({
          kind: z.enum(['budget', 'quota']),
          account: z.string().nullable().describe('null for the whole fleet'),
          period: z.string(),
          name: z.string().describe('as people say it'),
          used: z.number().nullable().describe('0 to 1; null where nobody told'),
          spentUsd: z.number().nullable(),
          capUsd: z.number().nullable(),
          reserve: z.number().describe('the part that is kept for people'),
          beginsAt: nouns.time.nullable(),
          renewsAt: nouns.time.nullable(),
          status: z.enum(quotaStatuses),
          seenAt: nouns.time.nullable(),
          shut: z
            .boolean()
            .describe('nothing starts here until it is renewed, but for exempt tasks'),
        }),
      ),
    }),
  }),
  spendBy: route({
    method: 'GET',
    path: '/api/spend/sums',
    tag: 'Spend',
    about: 'What was consumed within a span, by day, agent, account, label or task',
    rights: look,
    query: z.object({
      by: z.enum(spendViews).default('day'),
      hours: z.coerce
        .number()
        .int()
        .min(1)
        .max(24 * 366)
        .default(24 * 30),
    }),
    answer: z.object({
      since: nouns.time,
      by: z.enum(spendViews),
      total: z.object(sums),
      lines: z.array(z.object({ name: z.string(), ...sums })),
    }),
  }),
}
