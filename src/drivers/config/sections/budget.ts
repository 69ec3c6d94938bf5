// Section `budget`: prices, and what may be spent.

import { z } from 'zod'

import { isZone } from '../../../base/zone.ts'
import type { BudgetConfig, Caps } from '../../../model/budget.ts'

const usd = z.number('must be a number of dollars').positive('must be more than 0')

const part = z
  .number('must be a part from 0 to 0.9')
  .min(0, 'must be at least 0')
  .max(0.9, 'must be at most 0.9')

const capsShape = z.strictObject({
  day: usd.optional().describe('Dollars a day.'),
  month: usd.optional().describe('Dollars a month.'),
  reserve: part.optional().describe('The part kept for people here, instead of the one for all.'),
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
  reserve: part
    .optional()
    .describe('This part of every cap, and of every quota of a provider, is kept for people.'),
  timeZone: z
    .string()
    .refine((zone) => zone === 'local' || isZone(zone), 'must be a time zone such as Europe/Berlin')
    .optional()
    .describe('Whose days and months count: a time zone, or local; UTC when left out.'),
  exempt: z
    .int('must be a priority, a whole number')
    .min(-1_000)
    .max(1_000)
    .optional()
    .describe('Tasks of this priority or a higher one start although a cap is reached.'),
})

const toCaps = (file: z.infer<typeof capsShape> | undefined): Caps => ({
  dayUsd: file?.day ?? null,
  monthUsd: file?.month ?? null,
  ...(file?.reserve !== undefined && { reserve: file.reserve }),
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
        zone: file.timeZone === 'local' ? null : (file.timeZone ?? 'UTC'),
        exemptFrom: file.exempt ?? null,
      }
