// Money in the simulated world: what a share of its fleets may spend, drawn so that their caps are reached now and then and a
// day's end is near the calm; what its sessions truly cost; and what of it is still to be spent when the calm begins.

import { dayAround } from '../src/base/local-day.ts'
import type { BudgetConfig, Caps } from '../src/model/budget.ts'
import type { Chance } from './chance.ts'
import { partOf } from './part.ts'
import type { PlannedTask } from './planned.ts'
import type { World } from './world.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

/** What a client of this world tells that a turn has cost: 20 tokens, each a hundredth of a cent. */
export const turnUsd = 0.002
/** What a session tells that failed by its task's own fault. */
const failedUsd = 0.004

/** The turns of a session that is good: one for each two minutes of work. */
export const turnsOf = ({ workMs }: Pick<PlannedTask, 'workMs'>): number =>
  Math.max(1, Math.min(6, Math.round(workMs / 120_000)))

/** What good work at it costs, with a review of it. */
const goodUsd = (task: PlannedTask): number =>
  task.kind === 'command' ? 0 : turnUsd * (turnsOf(task) + Number(isReviewed(task)))

/** What it costs as a rule: some of what fails by its own fault is tried again. */
const usualUsd = (task: PlannedTask): number =>
  task.kind === 'prompt' && task.nature !== 'good' ? 2 * failedUsd : goodUsd(task)

const isReviewed = ({ traits }: PlannedTask): boolean => traits['reviewed'] !== undefined

/**
 * What a fleet may spend that wants these tasks within `days`; null where they cost nothing. Of what is wanted within one day it
 * may spend a part, in many days about what they cost.
 */
export function drawBudget(
  chance: Chance,
  tasks: readonly PlannedTask[],
  { days, calmMs }: { readonly days: number; readonly calmMs: number },
): BudgetConfig | null {
  const wantedUsd = tasks.reduce((usd, task) => usd + usualUsd(task), 0)
  if (wantedUsd === 0) return null
  const part = days <= 1 ? 0.6 + 0.4 * chance.next() : 0.8 + 0.4 * chance.next()
  const dayUsd = Math.max(2 * turnUsd, (wantedUsd * part) / Math.max(1, days))
  return {
    prices: {},
    fleet: capOf(dayUsd),
    accounts: chance.happens(0.5) ? { other: capOf(dayUsd * 0.6) } : {},
    attemptUsd: chance.happens(0.3) ? 5 * turnUsd : null,
    taskUsd: chance.happens(0.3) ? 8 * turnUsd : null,
    reserve: chance.happens(0.3) ? 0.1 : 0,
    zone: endingAt(Math.ceil(calmMs / hourMs) + chance.whole(0, 1)),
    exemptFrom: chance.happens(0.5) ? 5 : null,
  }
}

const capOf = (dayUsd: number): Caps => ({ dayUsd, monthUsd: null })

/** The zone in which a day ends at this hour since the epoch. */
function endingAt(hour: number): string {
  const ofDay = hour % 24
  return ofDay <= 12 ? `Etc/GMT+${ofDay}` : `Etc/GMT-${24 - ofDay}`
}

/** What each attempt's session told that it has cost, in dollars. */
export const toldOf = partOf<World, Map<number, number>>(() => new Map())

/** How long what these tasks still cost is spread over days, by the lowest of the caps: to the end of this one, and whole ones. */
export function spreadMs(
  budget: BudgetConfig | null | undefined,
  left: readonly PlannedTask[],
  attempts: number,
  nowMs: number,
): number {
  const caps = capsOf(budget)
  if (budget == null || caps.length === 0) return 0
  const least = Math.min(...caps) * (1 - budget.reserve)
  const leftUsd = left.reduce((usd, task) => usd + mostUsd(task, attempts, budget), 0)
  const [, endsAt] = dayAround(nowMs, budget.zone ?? 'UTC')
  return endsAt - nowMs + Math.floor(leftUsd / least) * dayMs
}

/** The caps of a day. */
export const capsOf = (budget: BudgetConfig | null | undefined): readonly number[] =>
  budget == null
    ? []
    : [budget.fleet, ...Object.values(budget.accounts)].flatMap(({ dayUsd }) => dayUsd ?? [])

/** What it costs at most once nothing disturbs it: good work twice where its review wants changes, all its tries where it is bad. */
function mostUsd(task: PlannedTask, attempts: number, { attemptUsd }: BudgetConfig): number {
  if (task.kind === 'command') return 0
  const isTooDear = attemptUsd !== null && turnsOf(task) * turnUsd > attemptUsd
  const tries = task.nature === 'good' && !isTooDear ? 1 : (task.attempts ?? attempts)
  return tries * Math.max(failedUsd, goodUsd(task)) * (isReviewed(task) ? 2 : 1)
}
