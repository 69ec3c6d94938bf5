// Sections `expect` and `deadman`: what must have happened, and who is told from afar that it did.

import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, parseDuration } from '../../../base/duration.ts'
import { defaultExpect, type ExpectConfig, waitClasses } from '../../../model/expect.ts'

const durationRule = 'must be a duration such as 30s, 10m or 2h'
const duration = z.string(durationRule).regex(durationPattern, durationRule)
const span = z.union([z.literal('off'), duration])

export const expectShape = z.strictObject({
  started: span
    .optional()
    .describe('Ready work that an agent could take has a proven start within this time, or off.'),
  dispatched: span
    .optional()
    .describe('Work that is ready for a day has seen a dispatch within this time, or off.'),
  settledOf: z
    .union([z.literal('off'), z.int('must be a whole number').min(2, 'must be at least 2')])
    .optional()
    .describe('When so many attempts end within an hour, some task has settled; or off.'),
  spent: span
    .optional()
    .describe('Sessions of model clients that ended within this time have used something, or off.'),
  unverified: z
    .union([z.literal('off'), z.number('must be a number from 0 to 1').min(0).max(1)])
    .optional()
    .describe('At most this part of what is done within a day is unverified, or off.'),
  moved: z
    .boolean('must be true or false')
    .optional()
    .describe('Whatever has something to do moves something within its own patience.'),
  waiting: z
    .strictObject(Object.fromEntries(waitClasses.map((name) => [name, span.optional()])))
    .optional()
    .describe(
      'By class (after, check, review, lock, work, calm): where tasks wait longer than this, one was released within it; or off.',
    ),
})

export const deadmanShape = z.strictObject({
  url: z
    .string()
    .regex(/^(https?:\/\/\S+|\$\{[A-Za-z_][A-Za-z0-9_]*\})$/, 'must be an http address')
    .describe('Asked with GET while all is well; who listens there cries when nobody asks.'),
  every: duration.optional().describe('How often.'),
})

const ms = (text: string): number => present(parseDuration(text), `${text} is a duration`)
const spanOr = (text: string | undefined, fallback: number | null): number | null =>
  text === undefined ? fallback : text === 'off' ? null : ms(text)
const offOr = (value: 'off' | number | undefined, fallback: number | null): number | null =>
  value === undefined ? fallback : value === 'off' ? null : value

export const toExpect = (file: z.infer<typeof expectShape>): ExpectConfig => ({
  startedMs: spanOr(file.started, defaultExpect.startedMs),
  dispatchedMs: spanOr(file.dispatched, defaultExpect.dispatchedMs),
  settledOf: offOr(file.settledOf, defaultExpect.settledOf),
  spentMs: spanOr(file.spent, defaultExpect.spentMs),
  unverifiedMost: offOr(file.unverified, defaultExpect.unverifiedMost),
  moved: file.moved ?? defaultExpect.moved,
  waiting: {
    ...defaultExpect.waiting,
    ...Object.fromEntries(
      waitClasses.map((name) => [name, spanOr(file.waiting?.[name], defaultExpect.waiting[name])]),
    ),
  },
})

const defaultEveryMs = 60_000

export const toDeadman = (
  file: z.infer<typeof deadmanShape> | undefined,
): { url: string; everyMs: number } | null =>
  file === undefined
    ? null
    : { url: file.url, everyMs: file.every === undefined ? defaultEveryMs : ms(file.every) }
