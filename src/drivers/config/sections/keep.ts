// Section `keep`: how long what is over is kept, copies of the database, and the room that must be left.

import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, parseDuration } from '../../../base/duration.ts'
import { defaultKeep, type KeepConfig } from '../../../model/keeping.ts'

const durationRule = 'must be a duration such as 30s, 10m or 2h, or off'
const span = z.union([
  z.literal('off'),
  z.string(durationRule).regex(durationPattern, durationRule),
])
const sizeRule = 'must be a size such as 500MB or 2GB'
const sizePattern = /^(\d+)(MB|GB)$/

/** With less hardly more than the beginning would stay. */
const roomRule = 'must be at least 4MB, or off'
const isRoomy = (text: string): boolean => bytesOr(text, 0) >= 4 * 1_048_576

export const keepShape = z.strictObject({
  tasks: span.optional().describe('Settled tasks older than this are pruned, or off.'),
  backupEvery: span
    .optional()
    .describe('How often the embedded database is copied to .midwatch/backups, or off.'),
  backups: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .optional()
    .describe('How many copies are kept.'),
  freeSpace: z
    .string(sizeRule)
    .regex(sizePattern, sizeRule)
    .optional()
    .describe('With less room on the disk nothing new is taken.'),
  output: z
    .union([
      z.literal('off'),
      z.string(sizeRule).regex(sizePattern, sizeRule).refine(isRoomy, roomRule),
    ])
    .optional()
    .describe(
      'Room for each output stream of a running session: its beginning and newest part stay; or off.',
    ),
})

const spanOr = (text: string | undefined, fallback: number | null): number | null =>
  text === undefined
    ? fallback
    : text === 'off'
      ? null
      : present(parseDuration(text), `${text} is a duration`)

function bytesOr(text: string | undefined, fallback: number): number {
  const [, amount, unit] = sizePattern.exec(text ?? '') ?? []
  return amount === undefined
    ? fallback
    : Number(amount) * (unit === 'GB' ? 1_073_741_824 : 1_048_576)
}

export const toKeep = (file: z.infer<typeof keepShape>): KeepConfig => ({
  tasksMs: spanOr(file.tasks, defaultKeep.tasksMs),
  backupEveryMs: spanOr(file.backupEvery, defaultKeep.backupEveryMs),
  backups: file.backups ?? defaultKeep.backups,
  freeBytes: bytesOr(file.freeSpace, defaultKeep.freeBytes),
  outputBytes: file.output === 'off' ? null : bytesOr(file.output, defaultKeep.outputBytes ?? 0),
})
