// Makes tasks of what is due by the clock. Several hosts may look at once: the row of a schedule is the fence of whoever
// accounts for its due times, and each due time fires once. One schedule that fails stops no other.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { EnqueueInput } from '../../drivers/store/contract/shapes.ts'
import { noData } from '../../model/incident.ts'
import type { Fenced } from '../../model/refusal.ts'
import { type Limits, paceMs } from '../../model/limits.ts'
import { cutShort, notWanted, type TellFiring } from '../../model/mechanism.ts'
import {
  bySchedule,
  type Calendar,
  nextFiring,
  planSchedule,
  type ScheduleConfig,
  type ScheduleFiring,
  type SchedulePlan,
  type ScheduleState,
  specOf,
} from '../../model/schedule.ts'

export interface SchedulesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: string
  readonly calendar: Calendar
  /** What is configured now; the same list as long as nothing changed. */
  readonly schedules: () => readonly ScheduleConfig[]
  readonly limits: () => Limits
  /** What a schedule wants, as a task. Throws OperatingError when intake refuses it. */
  readonly want: (schedule: ScheduleConfig) => Promise<EnqueueInput>
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}

/** Another configuration, another host's firings and a clock that stepped are seen within this time. */
const lookAgainMs = 30_000
const leastSleepMs = 250

export function startSchedules(deps: SchedulesDeps): Service {
  const { clock, store, host } = deps
  return startService('schedules', async (signal) => {
    let kept: readonly ScheduleConfig[] | null = null
    while (!signal.aborted) {
      const schedules = deps.schedules()
      const againMs = paceMs(lookAgainMs, deps.limits())
      try {
        if (schedules !== kept) await retire(store, host, schedules, clock.now())
        kept = schedules
        const nextAt = await fireDue(deps)
        const untilNext = Math.max(leastSleepMs, nextAt - clock.now())
        await clock.sleep(Math.min(untilNext, againMs), signal)
      } catch (error) {
        deps.onError('schedules', error)
        deps.fired(cutShort('schedules', error))
        await clock.sleep(againMs, signal)
      }
    }
  })
}

const retire = async (
  store: Store,
  host: string,
  schedules: readonly ScheduleConfig[],
  now: number,
): Promise<void> => {
  const keep = schedules.map(({ name }) => name)
  const { retired } = await store.retireSchedules({ host, keep, now })
  for (const name of retired)
    await store.resolveIncident({ key: incidentOf(name), by: 'it left the configuration', now })
}

/** Fires whatever is due now; answers when something is due next. */
export async function fireDue(deps: SchedulesDeps): Promise<number> {
  const tally = { had: 0, moved: 0, note: null as string | null }
  const next: number[] = []
  const schedules = deps.schedules()
  if (schedules.length === 0) {
    deps.fired(notWanted('schedules'))
    return Number.POSITIVE_INFINITY
  }
  const states = await deps.store.schedules()
  for (const schedule of schedules) {
    try {
      const state = states.find(({ name }) => name === schedule.name) ?? null
      next.push(await turn(deps, schedule, state, tally))
    } catch (error) {
      tally.had += 1
      tally.note = `${schedule.name}: ${(error as Error)?.message ?? error}`
      deps.onError(`schedule ${schedule.name}`, error)
    }
  }
  deps.fired({ name: 'schedules', ...tally })
  return Math.min(...next)
}

async function turn(
  deps: SchedulesDeps,
  schedule: ScheduleConfig,
  state: ScheduleState | null,
  tally: { had: number; moved: number; note: string | null },
): Promise<number> {
  const { clock, calendar } = deps
  const { name } = schedule
  const now = clock.now()
  const known = await knownAs(deps, schedule, state, now)
  if (!known.ok) {
    tally.note = `${known.refusal.sentence}; ${known.refusal.release}`
    return Number.POSITIVE_INFINITY
  }
  const plan = planSchedule(schedule, known.schedule, calendar, now)
  if (plan === null) return known.schedule.nextAt ?? Number.POSITIVE_INFINITY
  tally.had += plan.fires.length
  const done = await account(deps, schedule, known.schedule, plan)
  // Somebody else accounted for it meanwhile: then it moved as well.
  tally.moved += done === null ? plan.fires.length : done.filter(({ refused }) => !refused).length
  const refused = done?.findLast((one) => one.refused !== null)?.refused
  if (refused) tally.note = `${name}: ${refused}`
  return plan.nextAt ?? Number.POSITIVE_INFINITY
}

async function knownAs(
  { store, host, calendar }: SchedulesDeps,
  schedule: ScheduleConfig,
  state: ScheduleState | null,
  now: number,
): Promise<Fenced<{ schedule: ScheduleState }>> {
  const spec = specOf(schedule, calendar)
  if (state?.spec === spec) return { ok: true, schedule: state }
  const nextAt = nextFiring(schedule, calendar, now)
  return await store.knowSchedule({ name: schedule.name, spec, nextAt, host, now })
}

/** Null when somebody else went on with it. */
async function account(
  deps: SchedulesDeps,
  schedule: ScheduleConfig,
  { cursor, refused: before }: ScheduleState,
  { fires, missed, cursor: upTo, nextAt }: SchedulePlan,
): Promise<readonly ScheduleFiring[] | null> {
  const { store, clock, host } = deps
  const { name } = schedule
  const wanted = fires.length === 0 ? null : await wantedOr(deps, schedule)
  const answer = await store.fireSchedule({
    ...{ name, cursor, upTo, nextAt, missed, host },
    firings: wanted === null ? [] : fires.map((dueAt) => ({ dueAt, ...wanted })),
    by: host,
    now: clock.now(),
  })
  if (!answer.ok) return null
  const last = answer.firings.at(-1)
  if (last !== undefined && (last.refused !== null || before !== null))
    await tell(deps, name, last.refused)
  if (answer.firings.length > 0) store.poke()
  return answer.firings
}

type Wanted = { task: EnqueueInput; refused: null } | { task: null; refused: string }

async function wantedOr(deps: SchedulesDeps, schedule: ScheduleConfig): Promise<Wanted> {
  try {
    return { task: await deps.want(schedule), refused: null }
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
    return { task: null, refused: `${error.message}; ${error.remedy}` }
  }
}

const incidentOf = (name: string): string => `schedule:${name}`

/** One incident while its due times make no task. */
async function tell({ store, clock }: SchedulesDeps, name: string, why: string | null) {
  const now = clock.now()
  if (why === null)
    return await store.resolveIncident({ key: incidentOf(name), by: bySchedule(name), now })
  await store.openIncident({
    key: `schedule:${name}`,
    title: `the schedule ${name} was due and made no task: ${why}`,
    data: {
      ...noData,
      needsPerson: true,
      release: `its next time makes a task; \`midwatch schedule run ${name}\` once that is mended`,
    },
    now,
  })
}
