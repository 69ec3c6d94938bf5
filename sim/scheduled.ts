// What the simulated fleet wants again and again: three schedules, each with another way of making good what was missed.

import type { CatchUp, ScheduleConfig } from '../src/model/schedule.ts'
import type { PlannedTask } from './planned.ts'

const hour = 3_600_000

const schedule = (
  name: string,
  cron: string,
  catchUp: CatchUp,
  more: Partial<ScheduleConfig> = {},
): ScheduleConfig => ({
  name,
  cron,
  timezone: 'UTC',
  catchUp,
  jitterMs: 0,
  scope: 'each',
  order: {
    ...{ title: `scheduled ${name}`, run: `sim [[${name}]]`, prompt: null, agent: null },
    ...{ tier: null, role: null, labels: [], priority: 0, calm: null, locks: [], hosts: [] },
    ...{ cwd: null, verify: null, timeoutMs: null, attempts: null, review: false },
    workspace: null,
  },
  ...more,
})

export const scheduled: readonly ScheduleConfig[] = [
  schedule('s-latest', '20 */3 * * *', 'latest', { jitterMs: hour }),
  schedule('s-all', '40 */6 * * *', 'all'),
  schedule('s-skip', '50 */4 * * *', 'skip', { scope: 'open' }),
]

/** A person's schedule as it is played: its times and bounds, and work of the simulated world on any host. */
export function playedSchedule(written: ScheduleConfig, i: number): ScheduleConfig {
  const { order } = written
  const mark = `[[schedule-${i}]]`
  return {
    ...written,
    order: {
      ...order,
      run: order.run === null ? null : `sim ${mark}`,
      prompt: order.prompt === null ? null : `Do ${mark} well.`,
      verify: order.verify === null ? null : `check ${mark}`,
      hosts: [],
      workspace: null,
    },
  }
}

/** What these schedules want: short work that goes well. */
export const workOf = (schedules: readonly ScheduleConfig[] = []): readonly PlannedTask[] =>
  schedules.map(({ name, order }) => ({
    ref: /\[\[([\w-]+)\]\]/.exec(order.run ?? order.prompt ?? '')?.[1] ?? name,
    kind: order.run === null ? 'prompt' : 'command',
    verify: order.verify === null ? 'none' : 'honest',
    ...{ atMs: 0, nature: 'good', says: 'none', workMs: 60_000 },
    ...{ timeoutMs: null, attempts: null, once: false, after: null },
    ...{ afterAny: false, notBeforeMs: null, key: null, priority: 0, leavesChildren: false },
    ...{ deaf: false, progress: 0, unserved: false, traits: {} },
  }))
