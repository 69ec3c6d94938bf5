// Post-conditions: what must have happened, given what there was to do. "The timer fired" is none of them (S0). Each judges
// a view of the fleet, purely; nothing to do, gated work and broken machinery are three different answers.

import type { Activity } from './activity.ts'
import { fleetLane, type Gate } from './gate.ts'
import { isOverdue, type ScheduleState } from './schedule.ts'
import { isStuck, type MechanismState } from './mechanism.ts'
import { rowOfMechanism } from './mechanism-rows.ts'

/** What is expected; null switches an expectation off. */
export interface ExpectConfig {
  /** Ready work that an agent could take has a proven start within this time. */
  readonly startedMs: number | null
  /** Work that is ready for a day has seen some dispatch within this time. */
  readonly dispatchedMs: number | null
  /** So many attempts end within an hour, and some task settles. */
  readonly settledOf: number | null
  /** Sessions of model clients that ended within this time have used something. */
  readonly spentMs: number | null
  /** At most this part of what is done within a day is unverified. */
  readonly unverifiedMost: number | null
  /** Whatever has something to do moves something, each within its own patience, and comes round at all. */
  readonly moved: boolean
  /** Where tasks of a class wait longer than this, some task of it was released within this time; null for any wait. */
  readonly waiting: Readonly<Record<WaitClass, number | null>>
}

/** Classes of waiting that a mechanism ends. A time ends by itself, and what a person ends nobody hurries. */
export const waitClasses = ['after', 'check', 'review', 'lock', 'work', 'calm'] as const
export type WaitClass = (typeof waitClasses)[number]

export const defaultExpect: ExpectConfig = {
  startedMs: 15 * 60_000,
  dispatchedMs: 7 * 86_400_000,
  settledOf: 20,
  spentMs: 86_400_000,
  unverifiedMost: 0.5,
  moved: true,
  waiting: {
    after: 14 * 86_400_000,
    check: 14 * 86_400_000,
    review: 3 * 86_400_000,
    lock: 3 * 86_400_000,
    work: 3 * 86_400_000,
    calm: 3 * 86_400_000,
  },
}

/** Tasks of one class that wait for its mechanism, and no person. */
export interface Waiting {
  readonly class: WaitClass
  readonly waiting: number
  readonly oldest: number
  readonly lastReleasedAt: number | null
  /** How much of the time since then nothing could be released by its own hours; absent for none. */
  readonly closedMs?: number
}

export interface FleetView {
  readonly now: number
  readonly ready: number
  readonly unsettled: number
  readonly running: number
  readonly oldestReadyAt: number | null
  /** Whether some agent could take some ready task now, as far as gates, caps and slots go. */
  readonly takable: boolean
  /** What stands in the way of ready tasks, as sentences. */
  readonly standing: readonly string[]
  readonly gates: readonly Gate[]
  readonly mechanisms: readonly MechanismState[]
  /** Those that no longer come round although their dispatcher does. */
  readonly silent: readonly MechanismState[]
  readonly schedules: readonly Pick<ScheduleState, 'name' | 'nextAt'>[]
  readonly waits: readonly Waiting[]
  /** Since `startedMs` ago, an hour, a day and a week. */
  readonly recent: Activity
  readonly hour: Activity
  readonly day: Activity
  readonly week: Activity
}

export interface Finding {
  /** The name of the expectation that is broken. */
  readonly name: string
  readonly colour: 'red' | 'yellow'
  readonly sentence: string
  /** What to look at. */
  readonly remedy: string
}

type Judge = (view: FleetView, expect: ExpectConfig) => Finding | null

const dayMs = 86_400_000
/** Below so many, a part says nothing. */
const fewDone = 10
const fewEnded = 3

export const expectations: Readonly<Record<string, Judge>> = {
  started(view, { startedMs }) {
    const { oldestReadyAt, now, takable, recent } = view
    if (startedMs === null || oldestReadyAt === null || !takable) return null
    if (now - oldestReadyAt < startedMs || recent.confirmed > 0) return null
    const tried = recent.claimed === 0 ? 'nothing was dispatched' : `${recent.claimed} dispatches`
    return broken(
      'started',
      `work is ready for ${minutes(now - oldestReadyAt)}, agents could take it, and no start was proven (${tried})`,
      '`midwatch why TASK` of the oldest ready task, and `midwatch doctor`',
    )
  },
  dispatched(view, { dispatchedMs }) {
    const { oldestReadyAt, now, week, takable } = view
    if (dispatchedMs === null || oldestReadyAt === null || !takable) return null
    if (now - oldestReadyAt < dayMs || week.claimed > 0) return null
    return broken(
      'dispatched',
      `0 dispatches in 7 days, although ${week.enqueued} tasks came and ${view.ready} are ready`,
      '`midwatch status` and `midwatch why TASK` of the oldest ready task',
    )
  },
  settled(view, { settledOf }) {
    const { hour } = view
    const settled = hour.done + hour.failed + hour.cancelled
    if (settledOf === null || hour.ended < settledOf || settled > 0) return null
    return broken(
      'settled',
      `${hour.ended} attempts ended within an hour and no task settled: the same is done again and again`,
      '`midwatch list --state held` and `midwatch incidents` say what they end with',
    )
  },
  spent(view, { spentMs }) {
    const { day } = view
    if (spentMs === null || day.clientEnded < fewEnded) return null
    if (day.tokens > 0 || day.costUsd > 0) return null
    return broken(
      'spent',
      `${day.clientEnded} sessions ended within a day and nothing was spent: no model has worked`,
      '`midwatch logs TASK` of the newest ones, and `midwatch probe`',
    )
  },
  verified(view, { unverifiedMost }) {
    const { done, unverified } = view.day
    if (unverifiedMost === null || done < fewDone || unverified / done <= unverifiedMost)
      return null
    return {
      name: 'verified',
      colour: 'yellow',
      sentence: `${unverified} of ${done} tasks done within a day are unverified: nothing speaks for them but their agents`,
      remedy: 'give tasks a --verify command or a --review',
    }
  },
  scheduled({ schedules, now }, { moved }) {
    const overdue = moved ? schedules.find((one) => isOverdue(one, now)) : undefined
    if (overdue === undefined || overdue.nextAt === null) return null
    return broken(
      'scheduled',
      `the schedule ${overdue.name} is due for ${minutes(now - overdue.nextAt)} and nobody fired it`,
      '`midwatch schedule list`, and whether a dispatcher runs',
    )
  },
  released({ waits, gates, now }, { waiting }) {
    // What needs a start cannot move while a person keeps the whole fleet from starting.
    if (isPaused(gates)) return null
    const old = waits.find((one) => {
      const mostMs = waiting[one.class]
      const waitedMs = now - Math.max(one.oldest, one.lastReleasedAt ?? 0) - (one.closedMs ?? 0)
      return mostMs !== null && waitedMs >= mostMs
    })
    if (old === undefined) return null
    const last =
      old.lastReleasedAt === null
        ? 'none ever was'
        : `the last was ${minutes(now - old.lastReleasedAt)} ago`
    return broken(
      'released',
      `${old.waiting} tasks wait for ${old.class}, the oldest for ${minutes(now - old.oldest)}, and none was released (${last})`,
      '`midwatch holds`, and `midwatch why TASK` of the oldest',
    )
  },
  fired({ silent, now }, { moved }) {
    const [one] = moved ? silent : []
    if (one === undefined) return null
    return broken(
      'fired',
      `${one.name} on ${one.host} has not come round for ${minutes(now - (one.lastFiredAt ?? 0))}, although its dispatcher does`,
      'the dispatcher’s log, and a restart of `midwatch up`',
    )
  },
  moved({ mechanisms, gates, now, takable }, { moved }) {
    if (!moved) return null
    const stuck = mechanisms.find((state) => {
      const row = rowOfMechanism(state.name)
      // What the dispatcher could claim is judged by `started`, and what persons do by nobody.
      if (row === null || state.name === 'person' || (state.name === 'claim' && !takable))
        return false
      if (row.name === 'calm' && isPaused(gates)) return false
      return state.name !== 'claim' && isStuck(state, row, now)
    })
    if (stuck === undefined) return null
    const since = minutes(now - (stuck.stuckSince ?? now))
    return broken(
      'moved',
      `${stuck.name} on ${stuck.host} has had something to do for ${since} and moved nothing${stuck.note === null ? '' : `: ${stuck.note}`}`,
      '`midwatch holds` says what waits for it',
    )
  },
}

/** Every expectation that is broken. */
export const findings = (view: FleetView, expect: ExpectConfig): readonly Finding[] =>
  Object.values(expectations).flatMap((judge) => judge(view, expect) ?? [])

/** No work, work that flows, work that waits at gates, broken machinery: no two of them look alike. */
export type FleetMood = 'idle' | 'working' | 'gated' | 'broken'

export function moodOf(view: FleetView, found: readonly Finding[]): FleetMood {
  if (found.some(({ colour }) => colour === 'red')) return 'broken'
  if (view.running > 0) return 'working'
  if (view.ready > 0) return view.takable ? 'working' : 'gated'
  return view.unsettled > 0 ? 'gated' : 'idle'
}

const isPaused = (gates: readonly Gate[]): boolean =>
  gates.some(({ lane, state }) => lane === fleetLane && state === 'pinned')

const broken = (name: string, sentence: string, remedy: string): Finding => ({
  name,
  colour: 'red',
  sentence,
  remedy,
})

function minutes(ms: number): string {
  const all = Math.floor(ms / 60_000)
  if (all < 120) return `${all} min`
  return all < 2_880 ? `${Math.floor(all / 60)} h` : `${Math.floor(all / 1_440)} days`
}
