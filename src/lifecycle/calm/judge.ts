// Before me: what a host feels, and the policy of a window. After me: calm or not, and why not, in sentences. I promise: what
// cannot be felt is never taken for calm; a condition holds only after it has held for as long as was asked.

import { formatDuration } from '../../base/duration.ts'
import type { ClockSpan, Senses, WindowPolicy, WindowState } from '../../model/window.ts'

export interface CalmWorld {
  readonly senses: Senses
  /** Attempts under way on this host. */
  readonly others: number
  /** Part of the accounts whose gates pass; null without accounts. */
  readonly headroom: number | null
  readonly now: number
}

export interface Judgement {
  readonly calm: boolean
  readonly why: readonly string[]
  readonly quietSince: number | null
  readonly day: string
  readonly busy: WindowState['busy']
}

/** Judges a window now, from how it was judged last. Pure. */
export function judgeCalm(
  policy: WindowPolicy,
  world: CalmWorld,
  before: Pick<WindowState, 'quietSince' | 'busy' | 'calm'> | null,
): Judgement {
  const { now } = world
  const local = localTimeIn(policy.timezone, now)
  const loud = loudness(policy, world, before?.calm === true)
  const outside = isWithin(policy.clock, local) ? [] : ['it is outside of its hours']
  const why = [...outside, ...loud]
  const quietSince = why.length > 0 ? null : (before?.quietSince ?? now)
  if (quietSince !== null && now - quietSince < policy.forMs)
    why.push(
      `it has been calm for ${formatDuration(now - quietSince)} of ${formatDuration(policy.forMs)}`,
    )
  const busy = withHour(before?.busy ?? [], busyness(policy, world), now)
  return { calm: why.length === 0, why, quietSince, day: local.day, busy }
}

/** While it is open its own attempts are no noise: the claim counts them against `others` itself. */
function loudness(
  policy: WindowPolicy,
  { senses, others, headroom }: CalmWorld,
  open: boolean,
): string[] {
  const why: string[] = []
  const { loadPerCore, freeMemory, idleMs } = senses
  if (policy.load !== null && !(loadPerCore !== null && loadPerCore <= policy.load))
    why.push(`load per core is ${told(loadPerCore)}, at most ${policy.load} may be`)
  if (policy.memory !== null && !(freeMemory !== null && freeMemory >= policy.memory))
    why.push(`${percent(freeMemory)} of memory is free, at least ${percent(policy.memory)} must be`)
  if (policy.others !== null && others > policy.others && !open)
    why.push(`${others} attempts run here, at most ${policy.others} may`)
  if (policy.idleMs !== null && !(idleMs !== null && idleMs >= policy.idleMs))
    why.push(
      idleMs === null
        ? 'nobody knows whether somebody is at work here'
        : `somebody typed ${formatDuration(idleMs)} ago`,
    )
  if (policy.headroom !== null && headroom !== null && headroom < policy.headroom)
    why.push(
      `${percent(headroom)} of the quota is left, at least ${percent(policy.headroom)} must be`,
    )
  return why
}

const told = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(2))
const percent = (value: number | null): string =>
  value === null ? 'an unknown part' : `${Math.round(value * 100)} %`

/** How far a host is from calm, whatever the clock says: what is compared to find the least busy time. */
export function busyness(
  policy: WindowPolicy,
  { senses, others }: Pick<CalmWorld, 'senses' | 'others'>,
): number {
  const { loadPerCore, freeMemory, idleMs } = senses
  const load = policy.load === null ? 0 : Math.max(0, (loadPerCore ?? 9) / policy.load - 1)
  const memory = policy.memory === null ? 0 : Math.max(0, policy.memory - (freeMemory ?? 0))
  const people = policy.idleMs !== null && (idleMs ?? 0) < policy.idleMs ? 1 : 0
  const crowd = policy.others === null ? 0 : Math.max(0, others - policy.others)
  return Math.round((load + memory + people + crowd) * 1_000) / 1_000
}

const hourMs = 3_600_000
const hoursKept = 24

function withHour(before: WindowState['busy'], least: number, now: number): WindowState['busy'] {
  const hour = Math.floor(now / hourMs)
  const older = before.filter((one) => one.hour < hour && one.hour > hour - hoursKept)
  const known = before.find((one) => one.hour === hour)
  return [...older, { hour, least: Math.min(least, known?.least ?? least) }]
}

/** Whether no hour of the last day was less busy than it is now. */
export const isLeastBusy = (busy: WindowState['busy'], now: number, here: number): boolean =>
  busy.every(({ hour, least }) => hour >= Math.floor(now / hourMs) || here <= least * 1.1 + 0.05)

interface LocalTime {
  readonly minute: number
  readonly weekday: number
  /** Names the day: 2026-11-20. */
  readonly day: string
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Made once per zone: making one takes longer than everything else of a judgement. */
const formats = new Map<string | null, Intl.DateTimeFormat>()

function formatIn(timezone: string | null): Intl.DateTimeFormat {
  const known = formats.get(timezone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    ...(timezone !== null && { timeZone: timezone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
  })
  formats.set(timezone, made)
  return made
}

/** The last answer of each zone: no zone changes within a minute, and one is asked for many times in it. */
const lastTold = new Map<string | null, { readonly minute: number; readonly time: LocalTime }>()

/** The time of day in a zone: a change of the clocks is the zone's own affair. */
export function localTimeIn(timezone: string | null, now: number): LocalTime {
  const minute = Math.floor(now / 60_000)
  const known = lastTold.get(timezone)
  if (known?.minute === minute) return known.time
  const time = readLocalTime(timezone, now)
  lastTold.set(timezone, { minute, time })
  return time
}

function readLocalTime(timezone: string | null, now: number): LocalTime {
  const told = formatIn(timezone).formatToParts(now)
  const parts = Object.fromEntries(told.map((one) => [one.type, one.value]))
  return {
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    weekday: weekdays.indexOf(parts['weekday'] ?? ''),
    day: `${parts['year']}-${parts['month']}-${parts['day']}`,
  }
}

const stepMs = 900_000
const stepsMost = 96 * 31

/** How much of this time lay outside of the window's hours, to a quarter of an hour: nobody waits for it there in vain. */
export function closedMs(
  { clock, timezone }: Pick<WindowPolicy, 'clock' | 'timezone'>,
  from: number,
  to: number,
): number {
  if (clock.length === 0) return 0
  let closed = 0
  for (let at = Math.max(from, to - stepsMost * stepMs); at < to; at += stepMs)
    if (!isWithin(clock, localTimeIn(timezone, at))) closed += Math.min(stepMs, to - at)
  return closed
}

function isWithin(spans: readonly ClockSpan[], { minute, weekday }: LocalTime): boolean {
  if (spans.length === 0) return true
  const yesterday = (weekday + 6) % 7
  return spans.some(({ from, to, days }) => {
    if (from < to) return days.includes(weekday) && minute >= from && minute < to
    // Over midnight it belongs to the day on which it began.
    return (days.includes(weekday) && minute >= from) || (days.includes(yesterday) && minute < to)
  })
}
