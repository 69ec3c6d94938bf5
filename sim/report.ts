// What a run tells people: what was done, how often everything acted, how quickly the fleet came to rest, and, where a law was
// broken, the shortest trace to it.

import { formatDuration } from '../src/base/duration.ts'
import { addActed, mustAct } from './acted.ts'
import type { RunReport } from './run.ts'

const print = (line: string): void => console.log(line)

/** Prints the report of a run. */
export function printReport(report: RunReport): void {
  const { options } = report.plan
  const { journal } = report
  const outcomes = new Map<string, number>()
  for (const task of journal.tasks.values())
    outcomes.set(task.outcome ?? task.state, (outcomes.get(task.outcome ?? task.state) ?? 0) + 1)
  print(
    `seed ${options.seed} · ${options.days} days · ${options.hosts} hosts · ${options.agents} agents · ${options.tasks} tasks · ${report.plan.faults.length} faults (${options.faults}) · ${report.plan.acts.length} deeds`,
  )
  print(
    `${journal.tasks.size} tasks (${words(outcomes)}), ${journal.attempts.size} attempts, ${journal.facts} facts, ${report.timersFired} timers`,
  )
  print(`liveness bound ${report.bound.sentence}`)
  print(
    `at rest ${report.calmedAfterMs === null ? 'never' : `${formatDuration(report.calmedAfterMs)} after the last fault`}`,
  )
  print(`classes: ${words(journal.classes)}`)
  print(`arrows: ${words(journal.arrows)}`)
  print(`refusals: ${words(journal.refusals)}`)
  print(`gates: ${words(journal.gates)}`)
  print(`rules: ${words(journal.rules)}`)
  print(`releases: ${words(journal.releases)}`)
  print(`acted: ${words(report.counts)}`)
  print(`never acted: ${idleIn(report).join(', ') || 'nothing'}`)
}

/** What the rooms know and this run did not meet. Refusals are told by those that were met alone. */
function idleIn(report: RunReport): readonly string[] {
  const acted = new Map<string, number>()
  addActed(acted, report)
  return mustAct([]).filter((what) => !acted.has(what))
}

/** Prints what was broken, by which options, through which faults, and the facts of the task concerned. */
export async function printViolations({ plan, violations, store }: RunReport): Promise<void> {
  const [first] = violations
  if (first === undefined) return
  print('')
  // Each law once: what broke first may have broken several.
  const byLaw = new Map(violations.toReversed().map((one) => [one.law, one]))
  for (const law of new Set(violations.map((one) => one.law))) {
    print(`BROKEN: ${law}`)
    print(`  ${byLaw.get(law)?.sentence}`)
  }
  print(`  options ${JSON.stringify(plan.options)}`)
  print(`  at ${new Date(first.atMs).toISOString()}; ${violations.length} in all`)
  for (const fault of plan.faults)
    print(`  fault ${new Date(fault.atMs).toISOString()} ${JSON.stringify(fault)}`)
  for (const act of plan.acts)
    print(`  deed ${new Date(act.atMs).toISOString()} ${JSON.stringify(act)}`)
  for (const task of plan.tasks.slice(0, 20))
    print(`  task ${new Date(task.atMs).toISOString()} ${JSON.stringify(task)}`)
  if (first.taskId === null) return
  for (const fact of (await store.facts({ taskId: first.taskId, limit: 1_000 })).slice(-120))
    print(
      `  fact ${fact.id} ${new Date(fact.at).toISOString()} attempt ${fact.attemptId ?? '-'} ${JSON.stringify(fact.body)}`,
    )
}

const words = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, n]) => `${what} ${n}`)
    .join(', ')
