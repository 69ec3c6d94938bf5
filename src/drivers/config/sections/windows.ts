// The `windows:`, `caps:` sections: when a host is calm enough for tasks that would disturb, and how many attempts may be
// under way at once.

import { isZone } from '../../../base/zone.ts'
import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, parseDuration } from '../../../base/duration.ts'
import type { CapsConfig } from '../../../model/config.ts'
import type { ClockSpan, WindowPolicy } from '../../../model/window.ts'

const durationRule = 'must be a duration such as 30s, 10m or 2h'
const duration = z.string(durationRule).regex(durationPattern, durationRule)
const spanPattern =
  /^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)(?:\s+((?:sun|mon|tue|wed|thu|fri|sat)(?:[-,](?:sun|mon|tue|wed|thu|fri|sat))*))?$/i
const partPattern = /^(100|\d{1,2})%$/
const partRule = 'must be a part such as 25%'
const part = z.string(partRule).regex(partPattern, partRule)
const most = z.int('must be a whole number').min(0, 'must be at least 0').max(100_000)
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be a plain name')

export const windowShape = z.strictObject({
  clock: z
    .array(z.string().regex(spanPattern, 'must be a span such as `22:00-06:00 mon-fri`'))
    .optional()
    .describe(
      'When: `22:00-06:00`, `00:00-24:00 sat,sun`. Any of them; at any time when left out.',
    ),
  timezone: z
    .string()
    .refine(isZone, 'must be a time zone such as Europe/Berlin')
    .optional()
    .describe('Time zone of the clock; that of the host when left out.'),
  load: z.number().positive('must be above 0').optional().describe('Load per core, at most.'),
  memory: part.optional().describe('Free memory, at least.'),
  others: most.optional().describe('Other attempts on the host, at most.'),
  idle: duration.optional().describe('Nobody logged in has typed for so long.'),
  headroom: part.optional().describe('Accounts of the fleet that pass, at least.'),
  for: duration.optional().describe('How long all of it must have been so.'),
  perWindow: most.optional().describe('Tasks let through by one opening.'),
  perDay: most.optional().describe('Tasks let through in one day.'),
  maxWait: duration.optional().describe('How long a task waits for it at most.'),
  escape: z
    .enum(['ask', 'run'])
    .optional()
    .describe('And then: ask a person, or run it at the least busy time.'),
  labels: z.array(name).optional().describe('Tasks with one of these labels wait for this window.'),
  tellAfter: duration
    .optional()
    .describe('Told of when tasks waited so long and none was let through.'),
})

export const capsShape = z.strictObject({
  fleet: most.min(1).optional().describe('Attempts under way at once, everywhere.'),
  hosts: z.record(z.string(), most).optional().describe('The same per host.'),
  accounts: z.record(name, most).optional().describe('The same per account.'),
  agents: z.record(name, most).optional().describe('The same per agent, besides its slots.'),
  labels: z.record(name, most).optional().describe('The same per label of their tasks.'),
})

export type WindowShape = z.infer<typeof windowShape>

const hourMs = 3_600_000

/** A window as the house uses it. */
export function toWindow(named: string, file: WindowShape): WindowPolicy {
  const ms = (text: string | undefined) =>
    text === undefined ? null : present(parseDuration(text), `${text} is a duration`)
  return {
    name: named,
    clock: (file.clock ?? []).map(readSpan),
    timezone: file.timezone ?? null,
    load: file.load ?? null,
    memory: readPart(file.memory),
    others: file.others ?? null,
    idleMs: ms(file.idle),
    headroom: readPart(file.headroom),
    forMs: ms(file.for) ?? 0,
    perWindow: file.perWindow ?? null,
    perDay: file.perDay ?? null,
    maxWaitMs: ms(file.maxWait),
    escape: file.escape ?? 'ask',
    labels: file.labels ?? [],
    tellAfterMs: ms(file.tellAfter) ?? 12 * hourMs,
  }
}

export const toCaps = (file: z.infer<typeof capsShape>): CapsConfig => ({
  fleet: file.fleet ?? null,
  hosts: file.hosts ?? {},
  accounts: file.accounts ?? {},
  agents: file.agents ?? {},
  labels: file.labels ?? {},
})

const readPart = (text: string | undefined): number | null =>
  text === undefined ? null : Number(text.slice(0, -1)) / 100

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

function readSpan(text: string): ClockSpan {
  const [, fromHour, fromMinute, toHour, toMinute, days] = present(
    spanPattern.exec(text),
    `${text} is a span`,
  )
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = Number(toHour) * 60 + Number(toMinute)
  return { from, to, days: days === undefined ? [0, 1, 2, 3, 4, 5, 6] : readDays(days) }
}

/** `mon-fri`, `sat,sun`; a range may go over the end of the week. */
function readDays(text: string): number[] {
  const found = new Set<number>()
  for (const group of text.toLowerCase().split(',')) {
    const [first = '', last = first] = group.split('-')
    const end = dayNames.indexOf(last)
    for (let day = dayNames.indexOf(first); ; day = (day + 1) % 7) {
      found.add(day)
      if (day === end) break
    }
  }
  return [...found].sort((a, b) => a - b)
}
