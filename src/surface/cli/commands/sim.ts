// `midwatch sim`: would this configuration survive a month like this? Plays it in a simulated world in seconds, with the
// real dispatcher and a seeded plan of faults. Nothing real is started, asked or written. Exit 1 when it did not survive.

import { join } from 'node:path'

import { formatDuration } from '../../../base/duration.ts'
import { usage } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import type { FleetConfig } from '../../../model/config.ts'
import { wholeNumber } from '../arguments.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import type { Printer } from '../printer.ts'
import { chartOf } from '../sim/chart.ts'
import { type SimFaults, type SimReport, type Spread, simFaults } from '../sim/report.ts'
import { cut } from '../text.ts'

interface SimOptions {
  readonly config?: string
  readonly days: string
  readonly faults: string
  readonly seed: string
  readonly hosts?: string
  readonly tasks?: string
}

const tasksPerWeek = 500
const daysMax = 366
const hostsMax = 100
const tasksMax = 100_000

export function define(command: Command, act: Act): void {
  command
    .option('--config <file>', 'the configuration to play; else that of the fleet')
    .option('--days <n>', 'how many simulated days', '30')
    .option('--faults <how>', `how much goes wrong: ${simFaults.join(', ')}`, 'light')
    .option('--seed <text>', 'another one is another month; the same one the same', '1')
    .option('--hosts <n>', 'how many machines dispatch; else 1 with SQLite, 3 with PostgreSQL')
    .option('--tasks <n>', `how many tasks are wanted; else ${tasksPerWeek} a week`)
    .addHelpText(
      'after',
      '\nExit 1 when a promise was broken or something was left undone.\nJSON: {"survived","tasks","daily":[…],"recovery","waiting","endings","inflicted",…}; docs/cli.md names every field',
    )
    .action(act(sim))
}

async function sim(call: Call<SimOptions>): Promise<Ending> {
  const { options, world, print } = call
  const input = readOptions(options)
  const config = await world.configFrom(
    options.config ?? join(await call.fleetDir(), 'midwatch.yaml'),
  )
  const hosts =
    options.hosts === undefined ? usualHosts(config) : atMost(options.hosts, '--hosts', hostsMax)
  const begin = Math.round(world.clock.monotonicMs())
  const onDay = (day: number) => {
    if (world.err.isTerminal && day % 5 === 0) print.note(`day ${day} of ${input.days} …`)
  }
  const report = await world.simulate({ ...input, config, hosts, onDay })
  if (call.json) print.json(report)
  else {
    tell(print, report, world.out.columns)
    print.note(`played in ${formatDuration(Math.round(world.clock.monotonicMs()) - begin)}`)
  }
  return report.survived ? 'done' : 'failed'
}

function readOptions({ days, faults, seed, tasks }: SimOptions) {
  const known = simFaults.find((one) => one === faults)
  if (known === undefined)
    throw usage(
      'usage.faults',
      `--faults ${faults} is not known${didYouMean(faults, simFaults)}`,
      `one of ${simFaults.join(', ')}`,
    )
  const span = atMost(days, '--days', daysMax)
  const wanted =
    tasks === undefined ? Math.round((tasksPerWeek * span) / 7) : atMost(tasks, '--tasks', tasksMax)
  return { days: span, faults: known satisfies SimFaults, seed, tasks: wanted }
}

function atMost(text: string, option: string, most: number): number {
  const value = wholeNumber(text, option, 1)
  if (value > most)
    throw usage('usage.number', `${option} ${value} is too much to play`, `give at most ${most}`)
  return value
}

/** An embedded database is one machine's. */
const usualHosts = ({ store }: FleetConfig): number => (store === 'sqlite' ? 1 : 3)

function tell(print: Printer, report: SimReport, columns: number): void {
  const { good, bad, strong, aside } = print.paint
  const { survived } = report
  const size = `${count(report.days, 'day')}, ${count(report.hosts, 'host')}, ${count(report.agents, 'agent')}`
  const verdict = survived ? good('survived') : bad('did not survive')
  print.line(`${strong(`${size}, faults ${report.faults}, seed ${report.seed}`)}: ${verdict}`)
  for (const line of brokenLines(report)) print.line(bad(line))
  print.line()
  for (const [what, said] of linesOf(report))
    print.line(`${aside(what.padEnd(21))} ${cut(said, columns - 22)}`)
  print.line()
  print.table(chartOf(report.daily, Math.max(10, columns - 52)), [
    { head: 'day', text: ({ label }) => label },
    { head: 'done', text: ({ done }) => String(done), right: true },
    { head: 'failed', text: ({ failed }) => (failed > 0 ? String(failed) : ''), right: true },
    { head: 'attempts', text: ({ attempts }) => String(attempts), right: true },
    { head: 'spend', text: ({ costUsd }) => `$${costUsd.toFixed(2)}`, right: true },
    { head: 'faults', text: ({ faults }) => (faults > 0 ? String(faults) : ''), right: true },
    { head: '', text: ({ bar }) => bar, paint: good },
  ])
  if (report.longest.length > 0) print.line('\nWhat took longest to recover:')
  for (const { title, tookMs } of report.longest)
    print.line(`  ${formatDuration(tookMs).padStart(7)}  ${cut(title, columns - 11)}`)
  print.line()
  for (const line of report.played) print.line(aside(line))
  print.line(aside(`The same again: --seed ${report.seed}; trace ${report.trace}`))
}

/** Each promise by what broke it first; a thousand tasks may tell of the same. */
function brokenLines({ broken }: SimReport): string[] {
  const laws = [...new Set(broken.map(({ law }) => law))]
  return laws.map((law) => {
    const all = broken.filter((one) => one.law === law)
    const more = all.length > 1 ? ` (and ${all.length - 1} more)` : ''
    return `  broken: ${law}: ${all[0]?.sentence}${more}`
  })
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

function linesOf(report: SimReport): (readonly [string, string])[] {
  const { tasks } = report
  return [
    ['done', `${tasks.done} of ${tasks.wanted} tasks, ${report.donePerDay} a day`],
    [
      'not done',
      `${tasks.failed} failed by their own fault, ${tasks.cancelled} cancelled, ${tasks.left} left`,
    ],
    ['attempts', `${report.attempts}: ${topOf(report.endings)}`],
    ['spend', `$${report.costUsd.toFixed(2)}`],
    ['waiting for an agent', spreadOf(report.waiting)],
    ['wanted to settled', spreadOf(report.settling)],
    ['recovery', spreadOf(report.recovery)],
    ['faults', topOf(report.inflicted)],
    ['messages to people', String(report.messages)],
    ['at rest', restOf(report)],
  ]
}

const spreadOf = (spread: Spread | null): string =>
  spread === null
    ? 'none'
    : `${formatDuration(spread.medianMs)} median, ${formatDuration(spread.p95Ms)} at 95 %, ${formatDuration(spread.worstMs)} worst (${spread.count})`

const topOf = (counts: Readonly<Record<string, number>>): string => {
  const all = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
  const shown = all.slice(0, 6).map(([name, n]) => `${name} ${n}`)
  return all.length === 0 ? 'none' : [...shown, ...(all.length > 6 ? ['…'] : [])].join(', ')
}

const restOf = ({ restedAfterMs, restBoundMs }: SimReport): string =>
  restedAfterMs === null
    ? `not within ${formatDuration(restBoundMs)} after the last fault`
    : `${formatDuration(restedAfterMs)} after the last fault (at most ${formatDuration(restBoundMs)} is promised)`
