// Reset times in fields that machines write: epochs, ISO moments and spans behind known keys.

import { isoMoment } from './calendar.ts'
import { durationMs, durationSource } from './duration.ts'
import { gap, isoSource, trigger, zoneSource } from './reset-words.ts'
import type { Scan } from './reset-words.ts'

const resetKey =
  '(?:[a-z_-]*resets?(?:[_ ]?time(?:stamp)?|_?at|[_ ]?date|_?epoch)?|resetsAt|resetAt|resetTime(?:stamp)?|quotaResetTime(?:Stamp)?|retry_?at|retry-at|retryAt|blocked_?until|available_?at)'
const epochKey = new RegExp(
  `${resetKey}["']?\\s*[:=]\\s*["']?(\\d{13}|\\d{10})(?:\\.\\d+)?\\b`,
  'i',
)
const epochWord = new RegExp(
  `(?:limit reached|${trigger})${gap}\\|?\\s*(\\d{13}|\\d{10})(?:\\.\\d+)?\\b`,
  'i',
)

/** Seconds or milliseconds since the epoch, behind a key, a word or a bar. */
export function readEpoch({ text }: Scan): number | null {
  const digits =
    epochKey.exec(text)?.[1] ?? epochWord.exec(text)?.[1] ?? /\|(\d{10}|\d{13})\b/.exec(text)?.[1]
  if (digits === undefined) return null
  return digits.length === 13 ? Number(digits) : Number(digits) * 1000
}

const machineMoment = new RegExp(`${resetKey}["']?\\s*[:=]\\s*["']?${isoSource}${zoneSource}`, 'i')

/** An ISO moment behind a key. */
export function readMachineMoment(scan: Scan): number | null {
  const found = machineMoment.exec(scan.text)
  return found ? isoMoment(found.slice(1), scan) : null
}

const secondsKey =
  /(?:resets?_?in_?(?:seconds|secs?)?|resets?_after(?:_seconds)?|resetsInSeconds|reset_seconds|retry[-_ ]?after(?:[-_](?:seconds|secs?))?|retryAfter(?:Seconds)?|retryDelay(?:Seconds)?|quotaResetDelay|seconds_until_reset)["']?\s*[:=]\s*["']?(\d+(?:\.\d+)?)\s*(?=["'},\]\s]|$)/i
const millisKey =
  /(?:retry[-_]?after[-_]?ms|retryAfterMs|retry_?delay_?ms|resets?_?in_?ms|retryDelayMs|resetAfterMs)["']?\s*[:=]\s*["']?(\d+(?:\.\d+)?)/i
const spanKey = new RegExp(
  `(?:retryDelay|quotaResetDelay|retry[-_ ]?after|retryAfter|resets?_?(?:in|after)|x-ratelimit-reset[a-z-]*)["']?\\s*[:=]\\s*["']?(${durationSource}|PT?[0-9DHMS.]+)`,
  'i',
)
const retryAfterWord = /\bretry[- ]after[:\s]+(\d+(?:\.\d+)?)(?![\d:.]*\s*(?:[a-z]|\d))/i

/** A span behind a key; of several the longest, for all of them must have passed. */
export function readMachineSpan({ text, now }: Scan): number | null {
  const spans: number[] = []
  const quota = spanKey.exec(text)?.[1]
  const written = quota === undefined ? null : durationMs(quota)
  if (written !== null) spans.push(written)
  const seconds = secondsKey.exec(text)?.[1] ?? retryAfterWord.exec(text)?.[1]
  if (seconds !== undefined) spans.push(Number(seconds) * 1000)
  const millis = millisKey.exec(text)?.[1]
  if (millis !== undefined) spans.push(Number(millis))
  return spans.length === 0 ? null : now + Math.max(...spans)
}
