// Section `sensors`: who looks at the world, how often, and what may come of it.

import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, parseDuration } from '../../../base/duration.ts'
import { githubViews, type SensorConfig, type SensorSource } from '../../../model/sensor.ts'

const durationRule = 'must be a duration such as 30s, 10m or 2h'
const duration = z.string(durationRule).regex(durationPattern, durationRule)
const text = z.string().min(1, 'must not be empty')

export const sensorShape = z
  .strictObject({
    run: text.optional().describe('A shell command that prints JSON lines.'),
    github: z.enum(githubViews).optional().describe('What `gh` is asked for.'),
    repo: text.optional().describe('With github: OWNER/NAME; that of the folder when left out.'),
    folder: text.optional().describe('Each file in it is a want.'),
    disk: text.optional().describe('A path whose disk must have free space.'),
    free: z.int().min(1).optional().describe('With disk: so many megabytes.'),
    credential: text.optional().describe('A JSON file with times of expiry.'),
    warn: duration.optional().describe('With credential: how long before.'),
    mailbox: z
      .strictObject({
        host: text,
        port: z.int().min(1).max(65_535),
        secure: z.boolean().optional(),
        user: text.optional(),
        password: text.optional(),
        folder: text.optional(),
        from: z.array(text).min(1, 'must name at least one sender'),
      })
      .optional()
      .describe('Unread mail of these senders.'),
    version: text.optional().describe('A program whose `--version` should tell `wanted`.'),
    wanted: text.optional().describe('With version: such as 2.1.300, or 2.1.*'),
    depth: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe('So many tasks by sensors may come of one another; 1 when left out.'),
    every: duration.optional().describe('How often it looks.'),
    timeout: duration.optional().describe('How long one look may take.'),
    perDay: z.int().min(1).max(10_000).optional().describe('Tasks it may bring within 24 h.'),
    scope: z.enum(['open', 'ever']).optional().describe('ever: each key once; open: again later.'),
    stale: duration.optional().describe('What is older is no longer wanted.'),
    agent: text.optional(),
    tier: text.optional(),
    priority: z.int().min(-100).max(100).optional(),
    labels: z.array(text).optional(),
  })
  .refine(
    (one) =>
      [one.run, one.github, one.folder, one.disk, one.credential, one.mailbox, one.version].filter(
        (source) => source !== undefined,
      ).length === 1,
    'must have exactly one of run, github, folder, disk, credential, version and mailbox',
  )
  .refine((one) => (one.version === undefined) === (one.wanted === undefined), {
    message: 'version and wanted go together',
  })

type SensorFile = z.infer<typeof sensorShape>

const ms = (value: string | undefined, fallback: number): number =>
  value === undefined ? fallback : present(parseDuration(value), `${value} is a duration`)

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

export const toSensors = (
  file: Readonly<Record<string, SensorFile>> | undefined,
): readonly SensorConfig[] =>
  Object.entries(file ?? {}).map(([name, one]) => ({
    name,
    everyMs: ms(one.every, 10 * minute),
    timeoutMs: ms(one.timeout, minute),
    perDay: one.perDay ?? 20,
    depth: one.depth ?? 1,
    scope: one.scope ?? 'ever',
    staleMs: one.stale === undefined ? null : ms(one.stale, day),
    order: {
      agent: one.agent ?? null,
      tier: one.tier ?? null,
      priority: one.priority ?? 0,
      labels: one.labels ?? [],
    },
    source: sourceOf(one),
  }))

function sourceOf(one: SensorFile): SensorSource {
  if (one.run !== undefined) return { kind: 'command', run: one.run }
  if (one.github !== undefined) return { kind: 'github', what: one.github, repo: one.repo ?? null }
  if (one.folder !== undefined) return { kind: 'folder', path: one.folder }
  if (one.disk !== undefined)
    return { kind: 'disk', path: one.disk, freeBytes: (one.free ?? 1_024) * 1_048_576 }
  if (one.credential !== undefined)
    return { kind: 'credential', path: one.credential, warnMs: ms(one.warn, 24 * hour) }
  if (one.version !== undefined)
    return { kind: 'version', program: one.version, wanted: one.wanted ?? '' }
  const box = present(one.mailbox, 'the schema lets no sensor through that looks nowhere')
  const { host, port, from, secure = true, user = null, password = null, folder = 'INBOX' } = box
  return { kind: 'mailbox', host, port, from, secure, user, password, folder }
}
