// Section `sentinel`: how the host watches its dispatcher from outside.

import { z } from 'zod'

import { present } from '../../../base/assert.ts'
import { durationPattern, parseDuration } from '../../../base/duration.ts'
import type { SentinelConfig } from '../../../model/config.ts'
import type { Limits } from '../../../model/limits.ts'
import { defaultSentinel } from '../../../model/sentinel.ts'

const durationRule = 'must be a duration such as 30s, 10m or 2h'
const duration = z.string(durationRule).regex(durationPattern, durationRule)

export const sentinelShape = z.strictObject({
  patience: duration
    .optional()
    .describe('After this silence a loop of the dispatcher counts as standing still.'),
  restartBackoff: z
    .array(duration)
    .min(1, 'must have at least one duration')
    .optional()
    .describe('Waits before the first, second … restart in a row; the last repeats.'),
  remedy: z
    .array(z.string().min(1, 'must not be empty'))
    .min(1, 'must name a program')
    .optional()
    .describe('A program with its arguments, run when work stands still although all is up.'),
})

export type SentinelFile = z.infer<typeof sentinelShape>

const ms = (text: string): number => present(parseDuration(text), `${text} is a duration`)

export const toSentinel = (file: SentinelFile): SentinelConfig => ({
  patienceMs: file.patience === undefined ? defaultSentinel.patienceMs : ms(file.patience),
  restartWaitsMs: file.restartBackoff?.map(ms) ?? defaultSentinel.restartWaitsMs,
  remedy: file.remedy ?? null,
})

const leastPatienceMs = 2_000

/** Why this patience cannot be; null when it can. A dispatcher may be silent for some rounds before it counts. */
export function sentinelContradiction(
  { patienceMs }: SentinelConfig,
  { pollMs }: Limits,
): string | null {
  if (patienceMs < leastPatienceMs)
    return `patience is ${patienceMs} ms but must be at least ${leastPatienceMs} ms`
  if (patienceMs < pollMs * 3)
    return `patience (${patienceMs} ms) must be at least three times limits.poll (${pollMs} ms): the dispatcher is silent that long by law`
  return null
}
