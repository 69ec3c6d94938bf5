// `midwatch schedule`: what is wanted again and again, when next, what became of its times; and a time of its own by hand.

import { refused } from '../../../base/errors.ts'
import { isoTime, localTime, relativeTime } from '../../../base/when.ts'
import { type ScheduleFiring, scopeSentence, specOf } from '../../../model/schedule.ts'
import {
  findSchedule,
  firingShape,
  runSchedule,
  type ScheduleLine,
  scheduleLine,
  scheduleLines,
  scheduleShape,
  timesAhead,
} from '../../schedules.ts'
import { pageOf } from '../../paging.ts'
import { pageLimit, pastTime } from '../arguments.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { hintDaemon } from '../new-task.ts'
import { oneLine, quoted } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .command('list')
    .summary('every schedule: its pattern, its next time, its last task')
    .addHelpText('after', '\nExit 1 when a time has come and nobody fired it, or made no task.')
    .action(act(list))
  command
    .command('show')
    .summary('one schedule: its next times, and what became of the newest ones')
    .argument('<name>', 'as midwatch.yaml names it')
    .option('--before <time>', 'the next page: only what was due before then')
    .option('--limit <n>', 'of how many of its times is told', '10')
    .action(act(show))
  command
    .command('run')
    .summary('make its task now, besides its times')
    .argument('<name>', 'as midwatch.yaml names it')
    .action(act(run))
}

async function list(call: Call): Promise<Ending> {
  const fleet = await call.fleet()
  const lines = await scheduleLines(fleet)
  const ending = lines.some(({ overdue, state }) => overdue || state?.refused) ? 'failed' : 'done'
  const { print } = call
  if (call.json) {
    print.json({ schedules: lines.map(scheduleShape) })
    return ending
  }
  if (lines.length === 0) {
    print.line('No schedules; midwatch.yaml describes them under `schedules:`')
    return ending
  }
  const now = fleet.clock.now()
  print.table(lines, [
    { head: 'SCHEDULE', text: ({ config }) => config.name, gives: true },
    { head: 'PATTERN', text: ({ config }) => config.cron },
    {
      head: 'NEXT',
      text: ({ nextAt, overdue }) =>
        nextAt === null ? 'never' : `${relativeTime(nextAt, now)}${overdue ? ', overdue' : ''}`,
      paint: (text, { overdue }) => (overdue ? print.paint.bad(text) : text),
    },
    { head: 'LAST', text: ({ state }) => (state?.lastTaskId ? `task ${state.lastTaskId}` : '') },
    {
      head: 'MISSED',
      text: ({ state }) => (state?.missed ? String(state.missed) : ''),
      right: true,
    },
    { head: 'TROUBLE', text: ({ state }) => oneLine(state?.refused ?? ''), gives: true },
  ])
  return ending
}

async function show(call: Call<{ before?: string; limit?: string }>): Promise<Ending> {
  const { before } = call.options
  const limit = pageLimit(call.options.limit)
  const fleet = await call.fleet()
  const config = findSchedule(fleet, String(call.args[0]))
  const calendar = await fleet.calendar()
  const now = fleet.clock.now()
  const line = scheduleLine(config, await fleet.store.schedules(), calendar, now)
  const { name } = config
  const from =
    before === undefined ? {} : { before: pastTime(before, '--before', fleet.clock.now()) }
  const find = (limit: number) => fleet.store.scheduleFirings({ name, ...from, limit })
  const { rows: firings, next } = await pageOf(limit, find, ({ dueAt }) => dueAt)
  const times = timesAhead(config, calendar, now)
  if (call.json)
    call.print.json({
      schedule: { ...scheduleShape(line), times: times.map(isoTime) },
      firings: firings.map(firingShape),
      next: next === null ? null : isoTime(next),
    })
  else
    for (const text of told(line, specOf(config, calendar), times, firings)) call.print.line(text)
  if (!call.json && next !== null)
    call.print.note(`More: midwatch schedule show ${quoted(name)} --before ${isoTime(next)}`)
  return undefined
}

function* told(
  { config, state, overdue, nextAt }: ScheduleLine,
  spec: string,
  times: readonly number[],
  firings: readonly ScheduleFiring[],
): Generator<string> {
  yield `${config.name}: ${oneLine(config.order.title)}`
  yield `  ${spec}; ${scopeSentence(config)}; missed times: ${config.catchUp}`
  if (state === null) yield '  no dispatcher has looked at it yet: `midwatch up`'
  else yield `  fired ${state.fired}, missed ${state.missed}`
  if (overdue && nextAt !== null) yield `  overdue since ${localTime(nextAt)}: nobody fires it`
  if (state?.refused) yield `  its newest time made no task: ${oneLine(state.refused)}`
  yield `  next: ${times.map(localTime).join(', ') || 'never'}`
  for (const { dueAt, taskId, deduped, refused: why } of firings)
    yield `  ${localTime(dueAt)}  ${why === null ? `task ${taskId}${deduped ? ' was still there' : ''}` : oneLine(why)}`
}

async function run(call: Call): Promise<Ending> {
  const fleet = await call.fleet()
  const actor = await call.actor()
  if (actor.kind === 'session')
    throw refused('schedule.session', 'a session fires no schedule', 'a person does')
  const { config, firing } = await runSchedule(fleet, String(call.args[0]), actor.by)
  const { name } = config
  if (call.json) call.print.json({ schedule: name, firing: firingShape(firing) })
  else
    call.print.line(
      firing.deduped
        ? `Task ${firing.taskId} of ${name} is still there (${scopeSentence(config)})`
        : `Task ${firing.taskId} is wanted by ${name}`,
    )
  await hintDaemon(call, fleet)
  return undefined
}
