// Plays a person's configuration through a month and tells what came of it: what `midwatch sim` asks for. The world is the
// one in which the house itself is tried; only the configuration is another.

import type { SimDay, SimInput, SimReport, Spread } from '../src/surface/cli/sim/report.ts'
import { houseOf } from './housekeeping.ts'
import { arrivedIn } from './notifier.ts'
import { type Plan, planOf } from './plan.ts'
import { playedAs } from './played.ts'
import { arrange, finish, type RunReport, type Setting, setUp, spentBudgets } from './run.ts'
import { type Story, storyOf } from './story.ts'

const dayMs = 86_400_000

/** Plays it once. Equal inputs give equal reports. */
export async function simulate(input: SimInput): Promise<SimReport> {
  const { config, notes } = playedAs(input.config)
  const plan = planFor(input, config)
  const setting: Setting = setUp(plan, {
    options: (machine, life) =>
      keepsBudget(config) ? { house: houseOf(setting.world, machine, { life }) } : {},
  })
  arrange(setting)
  const { world } = setting
  for (let day = 1; day <= input.days; day += 1)
    world.time.at(plan.startMs + day * dayMs, () => input.onDay?.(day))
  await world.time.run(plan.calmMs, () => setting.violations.length > 0)
  const report = await finish(setting)
  const story = await storyOf(world.store, plan.startMs)
  const messages = arrivedIn(world).length
  const spent = await spentBudgets(world.store)
  await world.store.close()
  const told = reportOf(input, plan, report, story)
  const left =
    told.tasks.left > 0 ? spent.map(({ reason }) => `What is left waits for money: ${reason}.`) : []
  return { ...told, messages, played: [...notes, ...left] }
}

/** Who keeps house costs time, and has something to do only where spending is bounded. */
const keepsBudget = ({ budget }: SimReportFleet): boolean => budget != null

function planFor({ seed, days, hosts, tasks, faults }: SimInput, fleet: SimReportFleet): Plan {
  const takers = fleet.agents.filter(({ adapter }) => adapter === 'command').length
  const commandShare = takers === 0 ? 0 : takers === fleet.agents.length ? 1 : 0.3
  const agents = fleet.agents.length
  const plan = planOf({ seed, days, hosts, agents, tasks, faults, fleet, commandShare })
  const labels = [...new Set(fleet.agents.flatMap(({ onlyLabels }) => onlyLabels))]
  const windows = (fleet.windows ?? []).map(({ name }) => name)
  const shaped = plan.tasks.map((task, i) => {
    const label = labels[i % (labels.length + 1)]
    const calm = task.traits['calm'] === undefined ? undefined : windows[i % windows.length]
    const own = { ...(label && { labelled: label }), ...(calm && { calm }) }
    return { ...task, traits: { ...task.traits, ...own } }
  })
  return { ...plan, tasks: shaped }
}

type SimReportFleet = SimInput['config']

function reportOf(
  input: SimInput,
  plan: Plan,
  { rows, violations, bound, calmedAfterMs, journal, hash, counts }: RunReport,
  story: Story,
): Omit<SimReport, 'messages' | 'played'> {
  const outcomes = { done: 0, failed: 0, cancelled: 0, left: 0 }
  for (const task of rows.tasks) outcomes[task.state === 'settled' ? task.outcome : 'left'] += 1
  const { seed, days, hosts, faults } = input
  const inflicted = [...counts].flatMap(([what, n]) =>
    what.startsWith('fault ') ? [[what.slice('fault '.length), n] as const] : [],
  )
  return {
    seed,
    days,
    hosts,
    faults,
    agents: input.config.agents.length,
    survived: violations.length === 0 && outcomes.left === 0,
    tasks: { wanted: rows.tasks.length, ...outcomes },
    attempts: journal.attempts.size,
    donePerDay: Math.round((10 * outcomes.done) / days) / 10,
    costUsd: story.costUsd,
    endings: Object.fromEntries(journal.classes),
    inflicted: Object.fromEntries(inflicted),
    recovery: spreadOf(story.incidents.map(({ tookMs }) => tookMs)),
    longest: story.incidents.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, 5),
    waiting: spreadOf(story.waitsMs),
    settling: spreadOf(story.settlingMs),
    restedAfterMs: calmedAfterMs,
    restBoundMs: bound.ms,
    daily: withFaults(story.daily(days), plan),
    broken: violations.map(({ law, sentence }) => ({ law, sentence })),
    trace: hash,
  }
}

const withFaults = (daily: readonly Omit<SimDay, 'faults'>[], plan: Plan): SimDay[] =>
  daily.map((day) => ({
    ...day,
    faults: plan.faults.filter(
      ({ atMs }) => Math.floor((atMs - plan.startMs) / dayMs) + 1 === day.day,
    ).length,
  }))

function spreadOf(tookMs: readonly number[]): Spread | null {
  if (tookMs.length === 0) return null
  const sorted = tookMs.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return { count: sorted.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) }
}
