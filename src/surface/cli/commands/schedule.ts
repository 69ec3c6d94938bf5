// `midwatch schedule`: what is wanted again and again, when next, what became of its times; and a time of its own by hand.

import { notFound, refused, tryAgain } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { isoTime, localTime, relativeTime } from '../../../base/when.ts'
import { scheduledTask } from '../../../lifecycle/intake/scheduled.ts'
import {
  type Calendar,
  isOverdue,
  jitterOf,
  nextFiring,
  type ScheduleConfig,
  type ScheduleFiring,
  type ScheduleState,
  scopeSentence,
  specOf,
} from '../../../model/schedule.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { hintDaemon } from '../new-task.ts'
import { oneLine } from '../text.ts'
import type { Fleet } from '../world.ts'

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
    .action(act(show))
  command
    .command('run')
    .summary('make its task now, besides its times')
    .argument('<name>', 'as midwatch.yaml names it')
    .action(act(run))
}

interface ScheduleLine {
  readonly config: ScheduleConfig
  /** Null where no dispatcher has looked at it yet. */
  readonly state: ScheduleState | null
  readonly nextAt: number | null
  readonly overdue: boolean
}

async function linesOf(fleet: Fleet): Promise<readonly ScheduleLine[]> {
  const { store, clock, config } = fleet
  const schedules = config.schedules ?? []
  if (schedules.length === 0) return []
  const [states, calendar] = [await store.schedules(), await fleet.calendar()]
  return schedules.map((one) => lineOf(one, states, calendar, clock.now()))
}

function lineOf(
  config: ScheduleConfig,
  states: readonly ScheduleState[],
  calendar: Calendar,
  now: number,
): ScheduleLine {
  const spec = specOf(config, calendar)
  const state = states.find((one) => one.name === config.name && one.spec === spec) ?? null
  const nextAt = state === null ? nextFiring(config, calendar, now) : state.nextAt
  return { config, state, nextAt, overdue: state !== null && isOverdue(state, now) }
}

async function list(call: Call): Promise<Ending> {
  const fleet = await call.fleet()
  const lines = await linesOf(fleet)
  const ending = lines.some(({ overdue, state }) => overdue || state?.refused) ? 'failed' : 'done'
  const { print } = call
  if (call.json) {
    print.json({ schedules: lines.map(shapeOf) })
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

function find({ config }: Fleet, name: unknown): ScheduleConfig {
  const known = (config.schedules ?? []).map((one) => one.name)
  const found = config.schedules?.find((one) => one.name === name)
  if (found !== undefined) return found
  throw notFound(
    'schedule.missing',
    `no schedule is called ${String(name)}${didYouMean(String(name), known)}`,
    known.length === 0 ? 'describe one under `schedules:`' : `one of ${known.join(', ')}`,
  )
}

const shown = 10
const ahead = 5

async function show(call: Call): Promise<Ending> {
  const fleet = await call.fleet()
  const config = find(fleet, call.args[0])
  const calendar = await fleet.calendar()
  const now = fleet.clock.now()
  const line = lineOf(config, await fleet.store.schedules(), calendar, now)
  const firings = await fleet.store.scheduleFirings({ name: config.name, limit: shown })
  const times = timesAhead(config, calendar, now)
  if (call.json)
    call.print.json({
      schedule: { ...shapeOf(line), times: times.map(isoTime) },
      firings: firings.map(firingShape),
    })
  else
    for (const text of told(line, specOf(config, calendar), times, firings)) call.print.line(text)
  return undefined
}

function timesAhead(config: ScheduleConfig, calendar: Calendar, now: number): readonly number[] {
  const times: number[] = []
  let after = now
  while (times.length < ahead) {
    const due = calendar.next(config.cron, config.timezone ?? calendar.zone, after)
    if (due === null) break
    times.push(due + jitterOf(config, due))
    after = due
  }
  return times
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
  const config = find(fleet, call.args[0])
  const { store, clock, host } = fleet
  const { name } = config
  const calendar = await fleet.calendar()
  const task = await scheduledTask({ ...fleet, folder: host.folder }, config, fleet.dir)
  const now = clock.now()
  const nextAt = nextFiring(config, calendar, now)
  const spec = specOf(config, calendar)
  const known = await store.knowSchedule({ name, spec, nextAt, host: host.name, now })
  if (!known.ok) throw refused(known.refusal.code, known.refusal.sentence, known.refusal.release)
  const { cursor, nextAt: next } = known.schedule
  const answer = await store.fireSchedule({
    ...{ name, cursor, upTo: cursor, nextAt: next, missed: null, host: host.name, now },
    firings: [{ dueAt: now, task, refused: null }],
    by: actor.by,
  })
  const [firing] = answer.ok ? answer.firings : []
  if (firing === undefined || firing.taskId === null)
    throw tryAgain('schedule.moved', `${name} was fired by somebody else just now`, 'try again')
  store.poke()
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

const time = (ms: number | null) => (ms === null ? null : isoTime(ms))

const shapeOf = ({ config, state, nextAt, overdue }: ScheduleLine) => ({
  name: config.name,
  cron: config.cron,
  timezone: config.timezone,
  catchUp: config.catchUp,
  scope: typeof config.scope === 'string' ? config.scope : config.scope.windowMs,
  jitterMs: config.jitterMs,
  title: config.order.title,
  known: state !== null,
  nextAt: time(nextAt),
  overdue,
  fired: state?.fired ?? 0,
  missed: state?.missed ?? 0,
  lastFiredAt: time(state?.lastFiredAt ?? null),
  lastTask: state?.lastTaskId ?? null,
  refused: state?.refused ?? null,
})

const firingShape = ({ dueAt, firedAt, host, taskId, deduped, refused: why }: ScheduleFiring) => ({
  dueAt: isoTime(dueAt),
  firedAt: isoTime(firedAt),
  host,
  task: taskId,
  deduped,
  refused: why,
})
