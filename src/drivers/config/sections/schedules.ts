// Section `schedules`: work that is wanted again and again, by the clock.

import { isZone } from '../../../base/zone.ts'
import { Cron } from 'croner'
import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, parseDuration } from '../../../base/duration.ts'
import { didYouMean } from '../../../base/nearest.ts'
import type { FleetConfig } from '../../../model/config.ts'
import { catchUps, type ScheduleConfig } from '../../../model/schedule.ts'
import { workspaceKinds } from '../../../model/workspace.ts'

const durationRule = 'must be a duration such as 30s, 10m or 2h'
const duration = z.string(durationRule).regex(durationPattern, durationRule)
const scopeRule = 'must be each, open or a duration such as 24h'
const text = z.string().min(1, 'must not be empty')
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be a plain name')

export const scheduleShape = z
  .strictObject({
    cron: text.describe('Minute, hour, day of month, month, day of week: `30 3 * * mon-fri`.'),
    timezone: z
      .string()
      .refine(isZone, 'must be a time zone such as Europe/Berlin')
      .optional()
      .describe('Time zone of the pattern; that of the host when left out.'),
    catchUp: z
      .enum(catchUps)
      .optional()
      .describe('What was missed: its latest time is made good, all of them, or none (skip).'),
    jitter: duration
      .optional()
      .describe('Each time is put off by a part of this, always the same.'),
    scope: z
      .string(scopeRule)
      .refine((scope) => /^(each|open)$/.test(scope) || durationPattern.test(scope), scopeRule)
      .optional()
      .describe('each: a task per time; open: none while one is unsettled; 24h: one within it.'),
    title: text.optional().describe('Title of the task; the name of the schedule when left out.'),
    run: text.optional().describe('A shell command.'),
    prompt: text.optional().describe('A prompt for an agent.'),
    agent: name.optional(),
    tier: name.optional(),
    role: name.optional(),
    labels: z.array(name).optional(),
    priority: z.int().min(-1_000).max(1_000).optional(),
    calm: name.optional().describe('The calm window its tasks wait for.'),
    locks: z.array(name).optional().describe('Locks that its attempts hold.'),
    hosts: z.array(name).optional().describe('Hosts it may run on, by name or label.'),
    cwd: text.optional().describe('Folder to work in; that of the fleet when left out.'),
    verify: text.optional().describe('A shell command that decides whether it is done.'),
    timeout: duration.optional().describe('How long one attempt may run.'),
    attempts: z.int().min(1).max(100).optional().describe('Charged attempts before it fails.'),
    review: z.boolean().optional().describe('A second agent judges the work.'),
    workspace: z.enum(workspaceKinds).optional(),
  })
  .superRefine((one, context) => {
    if ((one.run === undefined) === (one.prompt === undefined))
      context.addIssue({ code: 'custom', message: 'must have either run or prompt' })
    const why = whyNoPattern(one.cron, one.timezone, ms(one.jitter) ?? 0)
    if (why !== null) context.addIssue({ code: 'custom', path: ['cron'], message: why })
  })

type ScheduleFile = z.infer<typeof scheduleShape>

const ms = (value: string | undefined): number | null =>
  value === undefined ? null : present(parseDuration(value), `${value} is a duration`)

/** Why it is no pattern that can be kept to; null when it is one. */
function whyNoPattern(cron: string, timezone: string | undefined, jitterMs: number): string | null {
  try {
    const zone = timezone !== undefined && isZone(timezone) ? { timezone } : {}
    const [first, second] = new Cron(cron, { mode: '5-part', ...zone }).nextRuns(2)
    if (first === undefined) return 'never comes: there is no such day'
    const apartMs = second === undefined ? Number.POSITIVE_INFINITY : +second - +first
    return jitterMs < apartMs ? null : 'comes again before its jitter is over: shorten `jitter`'
  } catch (error) {
    const said = (error as Error).message.replace(/^CronPattern: /, '')
    return `must be five fields as cron reads them, such as \`30 3 * * mon-fri\` (${said})`
  }
}

export const toSchedules = (
  file: Readonly<Record<string, ScheduleFile>> | undefined,
): readonly ScheduleConfig[] =>
  Object.entries(file ?? {}).map(([named, one]) => ({
    name: named,
    cron: one.cron.trim(),
    timezone: one.timezone ?? null,
    catchUp: one.catchUp ?? 'latest',
    jitterMs: ms(one.jitter) ?? 0,
    scope: scopeOf(one.scope),
    order: orderOf(named, one),
  }))

const scopeOf = (scope: string | undefined): ScheduleConfig['scope'] =>
  scope === undefined || scope === 'each' || scope === 'open'
    ? (scope ?? 'each')
    : { windowMs: present(ms(scope), `${scope} is a duration`) }

const orderOf = (named: string, one: ScheduleFile): ScheduleConfig['order'] => ({
  title: one.title ?? named,
  run: one.run ?? null,
  prompt: one.prompt ?? null,
  agent: one.agent ?? null,
  tier: one.tier ?? null,
  role: one.role ?? null,
  labels: one.labels ?? [],
  priority: one.priority ?? 0,
  calm: one.calm ?? null,
  locks: one.locks ?? [],
  hosts: one.hosts ?? [],
  cwd: one.cwd ?? null,
  verify: one.verify ?? null,
  timeoutMs: ms(one.timeout),
  attempts: one.attempts ?? null,
  review: one.review ?? false,
  workspace: one.workspace ?? null,
})

/** What a schedule names and nobody has: a window, an agent, a tier. */
export const scheduleDisagreements = ({
  schedules = [],
  windows = [],
  agents,
  tiers,
}: Pick<FleetConfig, 'schedules' | 'windows' | 'agents' | 'tiers'>): {
  path: string[]
  sentence: string
}[] =>
  schedules.flatMap(({ name: named, order: { calm, agent, tier } }) =>
    (
      [
        ['calm', calm, windows.map((one) => one.name)],
        ['agent', agent, agents.map((one) => one.name)],
        ['tier', tier, tiers],
      ] as const
    )
      .filter(([, value, known]) => value !== null && !known.includes(value))
      .map(([key, value, known]) => ({
        path: ['schedules', named, key],
        sentence: `${key} ${value} is not there${didYouMean(String(value), known)}`,
      })),
  )
