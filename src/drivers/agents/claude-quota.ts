// What claude tells of its account's quota while it works: `rate_limit_event`, with one period (older builds) or all that are
// known (`unifiedWindows`). Times are seconds. What names no period tells nothing that could be shown.

import type { QuotaStatus, QuotaWord } from '../../model/quota.ts'
import { asNumber, asObject, asText, type Json } from './classify/channels.ts'

const statuses: Readonly<Record<string, QuotaStatus>> = {
  allowed: 'allowed',
  allowed_warning: 'warning',
  rejected: 'rejected',
}
/** Nothing is renewed later than that: such a number is no time in seconds. */
const latestMs = Date.UTC(2100, 0, 1)
const periodsMax = 20

/** The periods an event tells of; none for an event that names none. */
export function quotaOfClaude(event: Json): readonly QuotaWord[] {
  const info = asObject(event['rate_limit_info'])
  if (info === null) return []
  const all = Object.entries(asObject(info['unifiedWindows']) ?? {}).slice(0, periodsMax)
  const told = all.flatMap(([period, word]) => wordOf(period, asObject(word)))
  const named = asText(info['rateLimitType'])
  if (named === null || told.some(({ period }) => period === named)) return told
  return [...told, ...wordOf(named, info)]
}

function wordOf(period: string, told: Json | null): QuotaWord[] {
  const status = statuses[asText(told?.['status']) ?? '']
  if (told === null || status === undefined || !/^[a-z0-9_-]{1,40}$/i.test(period)) return []
  const [seconds, used] = [asNumber(told['resetsAt']), asNumber(told['utilization'])]
  const renewsAt = seconds === null ? null : seconds * 1_000
  const isMoment = renewsAt === null || (renewsAt > 0 && renewsAt < latestMs)
  if (!isMoment) return []
  return [{ period, used: used === null ? null : Math.min(1, Math.max(0, used)), renewsAt, status }]
}
