// Routes of accounts: who uses which, how each fares, and a person's choice among them.

import { z } from 'zod'

import * as nouns from './nouns.ts'
import { act, look, route } from './route.ts'

const tag = 'Accounts'
const choice = z.object({
  agent: z.string(),
  account: z.string(),
  by: z.string(),
  reason: z.string(),
  until: nouns.time,
})
const preview = z.object({
  preview: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .describe('only show what would change'),
})

export const accountRoutes = {
  listAccounts: route({
    method: 'GET',
    path: '/api/accounts',
    tag,
    about: 'Every account: who uses it, how its gate stands, and who chose it',
    rights: look,
    answer: z.object({
      accounts: z.array(
        z.object({
          account: z.string(),
          agents: z.array(z.string()).readonly(),
          gate: nouns.gate,
          chosen: z.array(choice),
        }),
      ),
    }),
  }),
  useAccount: route({
    method: 'POST',
    path: '/api/accounts/use',
    tag,
    about: 'Take this account and no other, for a time; then the automatic choice returns',
    rights: act,
    query: preview,
    body: z.object({
      account: z.string().min(1).max(100),
      agent: z.string().max(100).optional().describe('every agent that names it when left out'),
      forMs: z
        .number()
        .int()
        .min(1_000)
        .max(366 * 86_400_000)
        .default(8 * 3_600_000),
      reason: z.string().max(2_000).optional(),
    }),
    answer: z.object({ preview: z.boolean(), choices: z.array(choice) }),
  }),
  resetAccounts: route({
    method: 'POST',
    path: '/api/accounts/reset',
    tag,
    about: 'End choices of persons: the first account that works is taken again',
    rights: act,
    query: preview,
    body: z.object({ agent: z.string().max(100).optional() }),
    answer: z.object({ preview: z.boolean(), ended: z.array(choice) }),
  }),
}
