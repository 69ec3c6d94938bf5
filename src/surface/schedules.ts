// Schedules as people look at them and fire them by hand: the command line and the API alike.

import type { Clock } from '../base/clock.ts'
import { refused, tryAgain } from '../base/errors.ts'
import { isoTime } from '../base/when.ts'
import type { FolderState } from '../drivers/hosts/contract.ts'
import type { Store } from '../drivers/store/contract.ts'
import { scheduledTask } from '../lifecycle/intake/scheduled.ts'
import { configuredNamed } from './configured.ts'
import type { FleetConfig } from '../model/config.ts'
import type { Offer } from '../model/demand.ts'
import {
  type Calendar,
  isOverdue,
  jitterOf,
  nextFiring,
  type ScheduleConfig,
  type ScheduleFiring,
  type ScheduleState,
  specOf,
} from '../model/schedule.ts'

/** What is looked at, and what a task is made with. */
export interface ScheduleDeps {
  readonly store: Store
  readonly clock: Clock
  readonly config: FleetConfig
  readonly offers: readonly Offer[]
  readonly dir: string
  readonly host: { readonly name: string; folder(path: string): Promise<FolderState> }
  readonly calendar: () => Promise<Calendar>
}

export interface ScheduleLine {
  readonly config: ScheduleConfig
  /** Null where no dispatcher has looked at it yet. */
  readonly state: ScheduleState | null
  readonly nextAt: number | null
  readonly overdue: boolean
}

/** Every configured schedule. */
export async function scheduleLines(
  fleet: Omit<ScheduleDeps, 'dir' | 'host' | 'offers'>,
): Promise<readonly ScheduleLine[]> {
  const { store, clock, config } = fleet
  const schedules = config.schedules ?? []
  if (schedules.length === 0) return []
  const [states, calendar] = [await store.schedules(), await fleet.calendar()]
  return schedules.map((one) => scheduleLine(one, states, calendar, clock.now()))
}

/** One schedule as it stands. */
export function scheduleLine(
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

/** The configured schedule of that name. Throws `schedule.missing`. */
export const findSchedule = (
  { config }: Pick<ScheduleDeps, 'config'>,
  name: string,
): ScheduleConfig => configuredNamed('schedule', config.schedules, name)

const ahead = 5

/** Its next times, jitter and all. */
export function timesAhead(
  config: ScheduleConfig,
  calendar: Calendar,
  now: number,
): readonly number[] {
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

/** Makes its task now, besides its times. Throws `schedule.*`, and what intake refuses. */
export async function runSchedule(
  fleet: ScheduleDeps,
  wanted: string,
  by: string,
): Promise<{ config: ScheduleConfig; firing: ScheduleFiring }> {
  const config = findSchedule(fleet, wanted)
  const { store, clock, host } = fleet
  const { name } = config
  const calendar = await fleet.calendar()
  const task = await scheduledTask(
    { ...fleet, folder: (path: string) => host.folder(path) },
    config,
    fleet.dir,
  )
  const now = clock.now()
  const nextAt = nextFiring(config, calendar, now)
  const spec = specOf(config, calendar)
  const known = await store.knowSchedule({ name, spec, nextAt, host: host.name, now })
  if (!known.ok) throw refused(known.refusal.code, known.refusal.sentence, known.refusal.release)
  const { cursor, nextAt: next } = known.schedule
  const answer = await store.fireSchedule({
    ...{ name, cursor, upTo: cursor, nextAt: next, missed: null, host: host.name, now },
    firings: [{ dueAt: now, task, refused: null }],
    by,
  })
  const [firing] = answer.ok ? answer.firings : []
  if (firing === undefined || firing.taskId === null)
    throw tryAgain('schedule.moved', `${name} was fired by somebody else just now`, 'try again')
  store.poke()
  return { config, firing }
}

const time = (ms: number | null) => (ms === null ? null : isoTime(ms))

export const scheduleShape = ({ config, state, nextAt, overdue }: ScheduleLine) => ({
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

export const firingShape = ({
  dueAt,
  firedAt,
  host,
  taskId,
  deduped,
  refused: why,
}: ScheduleFiring) => ({
  dueAt: isoTime(dueAt),
  firedAt: isoTime(firedAt),
  host,
  task: taskId,
  deduped,
  refused: why,
})
