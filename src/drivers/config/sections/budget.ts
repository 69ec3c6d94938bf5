// Section `budget`: prices, and what may be spent.

import { z } from 'zod'

import type { BudgetConfig, Caps } from '../../../model/budget.ts'

const usd = z.number('must be a number of dollars').positive('must be more than 0')

const capsShape = z.strictObject({
  day: usd.optional().describe('Dollars a day (UTC).'),
  month: usd.optional().describe('Dollars a month (UTC).'),
})

export const budgetShape = z.strictObject({
  prices: z
    .record(
      z.string(),
      z.strictObject({
        input: z.number().min(0).describe('Dollars per million input tokens.'),
        output: z.number().min(0).describe('Dollars per million output tokens.'),
      }),
    )
    .optional()
    .describe('By model, for clients that do not tell the cost; a * at the end fits any ending.'),
  fleet: capsShape.optional().describe('What all sessions of model clients may spend.'),
  accounts: z.record(z.string(), capsShape).optional().describe('The same for one account.'),
  attempt: usd.optional().describe('A session that has spent so much is stopped.'),
  task: usd.optional().describe('A task that has cost so much waits for a person.'),
  reserve: z
    .number()
    .min(0, 'must be at least 0')
    .max(0.9, 'must be at most 0.9')
    .optional()
    .describe('This part of every cap of a period is kept for people.'),
})

const toCaps = (file: z.infer<typeof capsShape> | undefined): Caps => ({
  dayUsd: file?.day ?? null,
  monthUsd: file?.month ?? null,
})

export const toBudget = (file: z.infer<typeof budgetShape> | undefined): BudgetConfig | null =>
  file === undefined
    ? null
    : {
        prices: file.prices ?? {},
        fleet: toCaps(file.fleet),
        accounts: Object.fromEntries(
          Object.entries(file.accounts ?? {}).map(([name, caps]) => [name, toCaps(caps)]),
        ),
        attemptUsd: file.attempt ?? null,
        taskUsd: file.task ?? null,
        reserve: file.reserve ?? 0,
      }
