// Section `report`: the morning report, sent by the clock.

import { Cron } from 'croner'
import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, parseDuration } from '../../../base/duration.ts'
import { isZone } from '../../../base/zone.ts'
import { didYouMean } from '../../../base/nearest.ts'
import type { FleetConfig } from '../../../model/config.ts'
import type { ReportConfig } from '../../../model/report.ts'

const durationRule = 'must be a duration such as 24h'
const text = z.string().min(1, 'must not be empty')

export const reportShape = z
  .strictObject({
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day such as 07:00')
      .optional()
      .describe('Every day at this time.'),
    cron: text
      .refine(isCron, 'must be five fields such as `0 7 * * mon-fri`')
      .optional()
      .describe('Instead of `at`: minute, hour, day of month, month, day of week.'),
    timezone: z
      .string()
      .refine(isZone, 'must be a time zone such as Europe/Berlin')
      .optional()
      .describe('Zone of that time; that of the host when left out.'),
    to: z
      .union([text, z.array(text)])
      .optional()
      .describe('Channels that get it; the way in which people are told when left out.'),
    since: z
      .string(durationRule)
      .regex(durationPattern, durationRule)
      .optional()
      .describe('How far back it looks; 24h when left out.'),
  })
  .refine((one) => (one.at === undefined) !== (one.cron === undefined), {
    message: 'must have one of at and cron',
  })

function isCron(pattern: string): boolean {
  try {
    return new Cron(pattern, { paused: true, mode: '5-part' }).nextRun() !== null
  } catch {
    return false
  }
}

const dayMs = 86_400_000

export function toReport(file: z.infer<typeof reportShape> | undefined): ReportConfig | null {
  if (file === undefined) return null
  const { at, cron, timezone = null, to = [], since } = file
  const [hour = '0', minute = '0'] = (at ?? '').split(':')
  return {
    cron: cron ?? `${Number(minute)} ${Number(hour)} * * *`,
    timezone,
    to: typeof to === 'string' ? [to] : to,
    sinceMs: since === undefined ? dayMs : present(parseDuration(since), `${since} is a duration`),
  }
}

/** Channels that are not there. */
export const reportDisagreements = ({
  report,
  effects,
}: Pick<FleetConfig, 'report' | 'effects'>): { path: string[]; sentence: string }[] => {
  const known = (effects?.channels ?? []).map(({ name }) => name)
  return (report?.to ?? [])
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: ['report', 'to'],
      sentence: `channel ${name} is not there${didYouMean(name, known)}`,
    }))
}
