// The report that is sent by the clock. Judged here, purely: when one is due, and which one that is.

import type { Calendar } from './schedule.ts'

export interface ReportConfig {
  /** Five fields, as cron reads them. */
  readonly cron: string
  /** Null for the host's own zone. */
  readonly timezone: string | null
  /** Channels, each of which gets it; none for the first way in which people are told that works. */
  readonly to: readonly string[]
  /** How far back it looks. */
  readonly sinceMs: number
}

/** A report that was missed is made good for so long; an older one is of no use. */
export const reportGoodMs = 6 * 3_600_000

/** The due time whose report should have gone by now; null where the last one is too long ago. */
export function reportDue(
  { cron, timezone }: ReportConfig,
  calendar: Calendar,
  now: number,
): number | null {
  const span = { after: now - reportGoodMs, upTo: now, limit: 1 }
  return calendar.passed(cron, timezone ?? calendar.zone, span)[0] ?? null
}
