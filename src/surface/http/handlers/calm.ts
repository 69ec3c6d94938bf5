// Calm windows as people look at them: what each asks of a machine, and what each host says to that.

import { formatDuration } from '../../../base/duration.ts'
import { isoTime } from '../../../base/when.ts'
import type { Gate } from '../../../model/gate.ts'
import {
  calmLane,
  type ClockSpan,
  type Opening,
  type WindowPolicy,
  type WindowState,
} from '../../../model/window.ts'
import { gateShape } from '../../cli/shapes.ts'
import type { calmRoutes } from '../contract/calm.ts'
import type { House } from '../house.ts'
import type { Handlers } from './call.ts'

const tasksShown = 20
const openingsShown = 30

const time = (ms: number | null) => (ms === null ? null : isoTime(ms))

export const calmHandlers: Handlers<keyof typeof calmRoutes> = {
  async listWindows({ house }) {
    const { store, current } = house
    const policies = current().config.windows ?? []
    const [states, gates, openings, { calm }] = await Promise.all([
      store.windows(null),
      store.gates(),
      store.openings({ name: null, limit: openingsShown }),
      store.auditHolds({ overdueBefore: 0 }),
    ])
    const names = [
      ...new Set([...policies.map(({ name }) => name), ...calm.map((one) => one.window)]),
    ]
    const windows = await Promise.all(
      names.map(async (name) => {
        const policy = policies.find((one) => one.name === name)
        const waiting = calm.find((one) => one.window === name)
        return {
          name,
          asks: policy === undefined ? [] : asksOf(policy),
          waiting: waiting?.count ?? 0,
          oldest: time(waiting?.oldest ?? null),
          tasks: await longestWaiting(house, name),
          configured: policy !== undefined,
          hosts: states.filter((one) => one.name === name).map((one) => hostView(one, gates)),
        }
      }),
    )
    return { windows, openings: openings.map(openingView) }
  },
}

async function longestWaiting({ store }: House, name: string): Promise<number[]> {
  const { tasks } = await store.waitingForCalm({ name, limit: tasksShown })
  return tasks.map(({ id }) => id)
}

function hostView(state: WindowState, gates: readonly Gate[]) {
  const { host, calm, why, taken, takenToday } = state
  const lane = calmLane(state.name, host)
  const gate = gates.find((one) => one.lane === lane) ?? { lane, state: 'passing' as const }
  const [calmest] = state.busy.toSorted((a, b) => a.least - b.least)
  return {
    host,
    lane,
    gate: gateShape(gate),
    calm,
    why,
    judgedAt: isoTime(state.judgedAt),
    quietSince: time(state.quietSince),
    openedAt: time(state.openedAt),
    taken,
    takenToday,
    lastTakenAt: time(state.lastTakenAt),
    leastBusyHour: calmest === undefined ? null : calmest.hour % 24,
  }
}

const openingView = ({ id, name, host, openedAt, closedAt, taken, why }: Opening) => ({
  id,
  name,
  host,
  openedAt: isoTime(openedAt),
  closedAt: time(closedAt),
  taken,
  why,
})

/** What a window asks, as sentences. */
function asksOf(policy: WindowPolicy): string[] {
  const { clock, timezone, load, memory, others, idleMs, headroom, forMs } = policy
  const { perWindow, perDay, maxWaitMs, escape: way } = policy
  const asks = [
    clock.length > 0 && `${clock.map(spanText).join(' or ')}${timezone ? ` (${timezone})` : ''}`,
    load !== null && `load at most ${load} per core`,
    memory !== null && `${percent(memory)} of memory free`,
    others !== null && `at most ${others} other attempts there`,
    idleMs !== null && `nobody typed for ${formatDuration(idleMs)}`,
    headroom !== null && `${percent(headroom)} of the quotas left`,
    forMs > 0 && `all of it for ${formatDuration(forMs)}`,
    perWindow !== null && `${perWindow} tasks an opening`,
    perDay !== null && `${perDay} tasks a day`,
    maxWaitMs !== null &&
      `after ${formatDuration(maxWaitMs)} ${way === 'ask' ? 'a person is asked' : 'it runs at the least busy time'}`,
  ]
  return asks.filter((one) => one !== false)
}

const percent = (part: number): string => `${Math.round(part * 100)} %`
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

function spanText(span: ClockSpan): string {
  const on = span.days.length === 7 ? '' : `${span.days.map((day) => days[day]).join(', ')} `
  return `${on}${minuteText(span.from)} to ${minuteText(span.to)}`
}

const minuteText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
