// The sections `effects:` and `notify:`: channels to the outside, how long the ledger remembers, and who is told of
// incidents in which order. Secrets are references to variables.

import { isZone } from '../../../base/zone.ts'
import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, formatDuration, parseDuration } from '../../../base/duration.ts'
import { didYouMean } from '../../../base/nearest.ts'
import {
  type ChannelConfig,
  type EffectsConfig,
  type QuietHours,
  severities,
  type TellConfig,
} from '../../../model/channels.ts'
import { retentionFloorMs, retentionFloorsMs } from '../../../model/effect.ts'

const text = z.string().min(1, 'must not be empty')
const duration = z
  .string('must be a duration such as 30s, 10m or 2h')
  .regex(durationPattern, 'must be a duration such as 30s, 10m or 2h')
const port = z.int('must be a port').min(1, 'must be a port').max(65_535, 'must be a port')
const url = z
  .string()
  .regex(/^(https?:\/\/\S+|\$\{[A-Za-z_]\w*\}\S*)$/, 'must be an http:// or https:// address')

const server = {
  host: text.describe('Name or address of the server.'),
  port: port.optional().describe('587 (465 with secure) for SMTP, 143 (993 with secure) for IMAP.'),
  secure: z.boolean().optional().describe('TLS from the first byte instead of STARTTLS.'),
  user: text.optional(),
  password: text.optional().describe('A name in dollar and braces takes a variable.'),
}

const mail = z.strictObject({
  kind: z.literal('mail'),
  from: text.describe('The sender’s address.'),
  to: z.array(text).min(1, 'must name at least one address').describe('Who gets it.'),
  smtp: z.strictObject(server),
  imap: z
    .strictObject({
      ...server,
      folders: z
        .array(text)
        .optional()
        .describe('Where sent mail is seen; the sent folder and the inbox.'),
      trusted: z
        .boolean()
        .optional()
        .describe(
          'Believe that a mail was not sent even if these folders never showed one of ours.',
        ),
    })
    .optional()
    .describe('Where a mail is looked for when nobody knows whether it was sent.'),
  settle: duration.optional().describe('How long a mail may be on its way; 2m when left out.'),
})
const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url,
  headers: z.record(z.string(), z.string()).optional(),
  secret: text
    .optional()
    .describe('Signs what is sent; a name in dollar and braces takes a variable.'),
  idempotent: z.boolean().optional().describe('The receiver honours the Idempotency-Key header.'),
})
const slack = z.strictObject({ kind: z.literal('slack'), url })
const ntfy = z.strictObject({
  kind: z.literal('ntfy'),
  url: url.optional().describe('https://ntfy.sh when left out.'),
  topic: text,
  token: text.optional(),
})
const command = z.strictObject({
  kind: z.literal('command'),
  command: z.array(text).min(1, 'must name a program'),
})

const shapes = { mail, webhook, slack, ntfy, command }
const channelName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be a plain name')

export const effectsShape = z.strictObject({
  channels: z
    .record(channelName, z.discriminatedUnion('kind', [mail, webhook, slack, ntfy, command]))
    .optional()
    .describe('Ways to the outside, by name.'),
  keep: z
    .record(z.string(), duration)
    .optional()
    .describe('How long what was done is remembered, by kind: mail: 90d.'),
})

const clock = /^([01]?\d|2[0-3]):[0-5]\d$/
export const notifyShape = z.strictObject({
  command: z
    .array(text)
    .min(1, 'must name a program')
    .optional()
    .describe('A program with its arguments; it gets one message on its standard input.'),
  channels: z
    .array(
      z.union([text, z.strictObject({ channel: text, severity: z.enum(severities).optional() })]),
    )
    .optional()
    .describe('Ways in which people are told: the next is taken when the one before fails.'),
  quiet: z
    .strictObject({
      from: z.string().regex(clock, 'must be a time such as 22:00'),
      until: z.string().regex(clock, 'must be a time such as 07:00'),
      zone: text.optional().describe('Such as Europe/Berlin; the host’s own when left out.'),
    })
    .optional()
    .describe('Hours in which only what is urgent is told.'),
})

type EffectsShape = z.infer<typeof effectsShape>
type NotifyShape = z.infer<typeof notifyShape>
type ChannelShape = NonNullable<EffectsShape['channels']>[string]
type ServerShape = {
  host: string
  port?: number | undefined
  secure?: boolean | undefined
  user?: string | undefined
  password?: string | undefined
}

export function toEffects(shape: EffectsShape | undefined): EffectsConfig {
  return {
    channels: Object.entries(shape?.channels ?? {}).map(([name, one]) => toChannel(name, one)),
    keepMs: Object.fromEntries(
      Object.entries(shape?.keep ?? {}).map(([kind, keep]) => [kind, ms(keep)]),
    ),
  }
}

function toChannel(name: string, shape: ChannelShape): ChannelConfig {
  switch (shape.kind) {
    case 'mail':
      return {
        name,
        kind: 'mail',
        from: shape.from,
        to: shape.to,
        smtp: toServer(shape.smtp, 587, 465),
        imap:
          shape.imap === undefined
            ? null
            : {
                ...toServer(shape.imap, 143, 993),
                folders: shape.imap.folders ?? [],
                trusted: shape.imap.trusted ?? false,
              },
        settleMs: ms(shape.settle ?? '2m'),
      }
    case 'webhook': {
      const { headers = {}, secret = null, idempotent = false } = shape
      return { name, kind: 'webhook', url: shape.url, headers, secret, idempotent }
    }
    case 'slack':
      return { name, kind: 'slack', url: shape.url }
    case 'ntfy': {
      const { url: base = 'https://ntfy.sh', topic, token = null } = shape
      return { name, kind: 'ntfy', url: base.replace(/\/+$/, ''), topic, token }
    }
    case 'command':
      return { name, kind: 'command', command: shape.command }
  }
}

const toServer = (shape: ServerShape, plain: number, tls: number) => ({
  host: shape.host,
  port: shape.port ?? (shape.secure === true ? tls : plain),
  secure: shape.secure ?? false,
  user: shape.user ?? null,
  password: shape.password ?? null,
})

export function toTell(shape: NotifyShape | undefined): TellConfig {
  const ways = (shape?.channels ?? []).map((way) =>
    typeof way === 'string'
      ? { channel: way, severity: 'notice' as const }
      : { channel: way.channel, severity: way.severity ?? ('notice' as const) },
  )
  return { ways, quiet: shape?.quiet === undefined ? null : toQuiet(shape.quiet) }
}

const toQuiet = (quiet: NonNullable<NotifyShape['quiet']>): QuietHours => ({
  fromMinute: minuteOf(quiet.from),
  untilMinute: minuteOf(quiet.until),
  zone: quiet.zone ?? null,
})

function minuteOf(time: string): number {
  const [hour = '0', minute = '0'] = time.split(':')
  return Number(hour) * 60 + Number(minute)
}

const ms = (written: string): number => present(parseDuration(written), `${written} is a duration`)

/** What the two sections break together. */
export function effectDisagreements(effects: EffectsConfig, tell: TellConfig) {
  const names = effects.channels.map((one) => one.name)
  const unknown = tell.ways
    .filter((way) => !names.includes(way.channel))
    .map(({ channel }) => ({
      path: ['notify', 'channels'],
      sentence: `channel ${channel} is not among effects.channels${didYouMean(channel, names)}`,
    }))
  const short = Object.entries(effects.keepMs).flatMap(([kind, keepMs]) => {
    const path = ['effects', 'keep', kind]
    if (retentionFloorsMs[kind] === undefined)
      return [
        {
          path,
          sentence: `there is no kind ${kind}; known are ${Object.keys(retentionFloorsMs).join(', ')}`,
        },
      ]
    const floor = retentionFloorMs(kind)
    return keepMs >= floor
      ? []
      : [
          {
            path,
            sentence: `must be at least ${formatDuration(floor)}: a ${kind} that is forgotten sooner is done twice`,
          },
        ]
  })
  const zone = tell.quiet?.zone ?? null
  const badZone =
    zone !== null && !isZone(zone)
      ? [{ path: ['notify', 'quiet', 'zone'], sentence: `there is no time zone ${zone}` }]
      : []
  return [...unknown, ...short, ...badZone]
}

/** Known keys below these sections, for the nearest spelling. */
export function knownEffectKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path[0] === 'notify' && path.length === 1) return Object.keys(notifyShape.shape)
  if (path[0] === 'effects' && path.length === 1) return Object.keys(effectsShape.shape)
  if (path[0] === 'effects' && path[1] === 'channels' && path.length === 3)
    return [...new Set(Object.values(shapes).flatMap((shape) => Object.keys(shape.shape)))]
  return []
}
