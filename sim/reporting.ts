// The report by the clock in the simulated world: which of its fleets want one and when, its due times by the world's own
// reckoning, and what of it truly arrived, by which way and by whose date.

import type { ReportConfig } from '../src/model/report.ts'
import type { Chance } from './chance.ts'
import type { Life } from './mortal.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

const hourMs = 3_600_000

/** The two ways in which people get reports here; the second takes what the first one failed to. */
export const reportWays = ['post', 'desk'] as const

/** When a fleet wants its report, and by which channels. */
export function drawReport(chance: Chance): ReportConfig {
  return {
    cron: `${chance.whole(5, 55)} */${chance.pick([3, 3, 12])} * * *`,
    timezone: 'UTC',
    to: chance.happens(0.3) ? reportWays : [],
    sinceMs: 6 * hourMs,
  }
}

/** Its due times within the span, oldest first; none of a pattern that was not drawn here. */
export function reportDues({ cron }: ReportConfig, fromMs: number, untilMs: number): number[] {
  const [, minute, hours] = /^(\d+) \*\/(\d+) \* \* \*$/.exec(cron) ?? []
  if (minute === undefined || hours === undefined) return []
  // Hours of a day that its pattern divides: the same all days through.
  const [everyMs, byMs] = [Number(hours) * hourMs, Number(minute) * 60_000]
  const dues: number[] = []
  for (
    let at = Math.floor((fromMs - byMs) / everyMs) * everyMs + byMs;
    at <= untilMs;
    at += everyMs
  )
    if (at >= fromMs) dues.push(at)
  return dues
}

export interface ArrivedReport {
  readonly due: number
  readonly channel: string
  readonly atMs: number
  /** The date as its sender has it. */
  readonly date: number
  readonly host: string
  /** Whether its sender has slept: then it may come late. */
  readonly hasSlept: boolean
}

/** Every report that arrived, oldest first. */
export const reportsIn = partOf<World, ArrivedReport[]>(() => [])

/** A report has arrived. */
export function takeReport(
  world: World,
  life: Life,
  arrived: Omit<ArrivedReport, 'atMs' | 'hasSlept'>,
): void {
  world.truth.count(`report by the ${arrived.channel}`)
  if (arrived.date - arrived.due > hourMs) world.truth.count('report made good')
  reportsIn(world).push({ ...arrived, atMs: world.time.nowMs, hasSlept: life.naps.length > 0 })
}
