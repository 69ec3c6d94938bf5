// Schedules: work that is wanted again and again, by the clock of a time zone. Each due time makes its task once, whichever
// host looks and however often; what was missed is told, and made good as the schedule says. Judged here, purely.

import { formatDuration } from '../base/duration.ts'
import type { WorkspaceKind } from './workspace.ts'

/** What becomes of due times that passed while nobody looked. */
export const catchUps = ['latest', 'all', 'skip'] as const
export type CatchUp = (typeof catchUps)[number]

export interface ScheduleConfig {
  readonly name: string
  /** Five fields, as cron reads them. */
  readonly cron: string
  /** Null for the host's own. */
  readonly timezone: string | null
  readonly catchUp: CatchUp
  /** Each due time is put off by a part of this that is always the same for it. */
  readonly jitterMs: number
  /** `each`: every due time has its task; `open`: none while an earlier one is unsettled; a time: none within it. */
  readonly scope: 'each' | 'open' | { readonly windowMs: number }
  readonly order: ScheduledOrder
}

/** The task that a schedule wants. */
export interface ScheduledOrder {
  readonly title: string
  readonly run: string | null
  readonly prompt: string | null
  readonly agent: string | null
  readonly tier: string | null
  readonly role: string | null
  readonly labels: readonly string[]
  readonly priority: number
  readonly calm: string | null
  readonly locks: readonly string[]
  readonly hosts: readonly string[]
  /** Absolute, or below the fleet's folder; null for that folder. */
  readonly cwd: string | null
  readonly verify: string | null
  readonly timeoutMs: number | null
  readonly attempts: number | null
  readonly review: boolean
  readonly workspace: WorkspaceKind | null
}

/** A schedule as the fleet knows it. Times are wall times. */
export interface ScheduleState {
  readonly name: string
  /** Pattern and zone, as they were when it was last looked at. */
  readonly spec: string
  /** The host that brought this pattern. */
  readonly host: string
  /** Every due time up to here is accounted for: fired, missed or refused. The fence of whoever goes on. */
  readonly cursor: number
  /** When it fires next, jitter and all; null when it never does again. */
  readonly nextAt: number | null
  readonly fired: number
  readonly missed: number
  readonly lastFiredAt: number | null
  readonly lastTaskId: number | null
  /** Why the newest due time made no task; null when it did. */
  readonly refused: string | null
}

/** A due time that made a task, or met one that was still there. */
export interface ScheduleFiring {
  readonly dueAt: number
  readonly firedAt: number
  readonly host: string
  readonly taskId: number | null
  readonly deduped: boolean
  readonly refused: string | null
}

/** Due times that made no task. */
export interface Missed {
  readonly from: number
  readonly to: number
  /** How many, at least. */
  readonly count: number
}

/** What reads patterns. */
export interface Calendar {
  /** The zone of this host. */
  readonly zone: string
  /** The first due time after `after`; null when none comes. */
  next(cron: string, zone: string, after: number): number | null
  /** Due times after `after`, up to `upTo`, the newest first, at most `limit`. */
  passed(
    cron: string,
    zone: string,
    span: { readonly after: number; readonly upTo: number; readonly limit: number },
  ): readonly number[]
}

/** Due for longer than this, it was missed. */
export const lateMs = 300_000
/** So many missed due times are made good at once. */
export const mostAtOnce = 100
/** So far back is looked. */
const mostPassed = 500

export const specOf = ({ cron, timezone }: ScheduleConfig, { zone }: Calendar): string =>
  `${cron} @ ${timezone ?? zone}`

/** By how much this due time is put off: alike on every host and at every look. */
export function jitterOf({ name, jitterMs }: ScheduleConfig, dueAt: number): number {
  if (jitterMs === 0) return 0
  let hash = 0x811c9dc5
  for (const char of `${name} ${dueAt}`) {
    hash ^= char.charCodeAt(0)
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  // The last bits of such a hash hardly differ between neighbours; mixed, they do.
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b) >>> 0
  hash ^= hash >>> 13
  return Math.floor(((hash >>> 0) / 2 ** 32) * jitterMs)
}

/** When it fires first after that point; null for never. */
export function nextFiring(
  schedule: ScheduleConfig,
  calendar: Calendar,
  after: number,
): number | null {
  const { cron, timezone } = schedule
  const due = calendar.next(cron, timezone ?? calendar.zone, after)
  return due === null ? null : due + jitterOf(schedule, due)
}

export interface SchedulePlan {
  /** Due times that fire now, the oldest first. */
  readonly fires: readonly number[]
  readonly missed: Missed | null
  /** Up to here everything is accounted for then. Below the old one when the clock was ahead. */
  readonly cursor: number
  readonly nextAt: number | null
}

/** What is to be done for a schedule now; null when nothing is. */
export function planSchedule(
  schedule: ScheduleConfig,
  { cursor, nextAt: known }: Pick<ScheduleState, 'cursor' | 'nextAt'>,
  calendar: Calendar,
  now: number,
): SchedulePlan | null {
  const { cron, timezone, catchUp } = schedule
  // Somebody's clock was ahead when it was accounted for. What is still to come is not past.
  if (cursor > now + lateMs) return rewound(schedule, calendar, now)
  // The usual case costs no look at the calendar.
  if (known !== null && now < known) return null
  const span = { after: cursor, upTo: now, limit: mostPassed }
  const arrived = calendar
    .passed(cron, timezone ?? calendar.zone, span)
    .filter((due) => due + jitterOf(schedule, due) <= now)
  const [newest] = arrived
  if (newest === undefined) return null
  const fires = chosen(catchUp, arrived, (due) => now - due - jitterOf(schedule, due) <= lateMs)
  const left = arrived.filter((due) => !fires.includes(due))
  const [last] = left
  const missed =
    last === undefined ? null : { from: left.at(-1) ?? last, to: last, count: left.length }
  const nextAt = nextFiring(schedule, calendar, newest)
  return { fires: fires.toReversed(), missed, cursor: newest, nextAt }
}

/** What fired already is known by its rows, so that nothing fires twice for having been rewound. */
function rewound(schedule: ScheduleConfig, calendar: Calendar, now: number): SchedulePlan {
  const cursor = now - schedule.jitterMs
  return { fires: [], missed: null, cursor, nextAt: nextFiring(schedule, calendar, cursor) }
}

/** `arrived` and the answer: the newest first. */
function chosen(
  catchUp: CatchUp,
  arrived: readonly number[],
  isOnTime: (due: number) => boolean,
): readonly number[] {
  switch (catchUp) {
    case 'latest':
      return arrived.slice(0, 1)
    case 'all':
      return arrived.slice(0, mostAtOnce)
    case 'skip':
      return arrived.filter(isOnTime).slice(0, mostAtOnce)
  }
}

/** Whether a due time has come and nobody did anything about it. */
export const isOverdue = ({ nextAt }: Pick<ScheduleState, 'nextAt'>, now: number): boolean =>
  nextAt !== null && now - nextAt > 2 * lateMs

export const scopeSentence = ({ scope }: Pick<ScheduleConfig, 'scope'>): string =>
  scope === 'each'
    ? 'each due time has its task'
    : scope === 'open'
      ? 'none while an earlier one is unsettled'
      : `one within ${formatDuration(scope.windowMs)}`

/** The name under which its tasks are wanted. */
export const bySchedule = (name: string): string => `schedule ${name}`
