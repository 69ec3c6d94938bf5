// What a schedule wants, as intake takes it: worded by the configuration, wanted in the schedule's name, and held for a
// person where no agent fits, for nobody stands by who could say `--anyway`.

import type { EnqueueInput } from '../../drivers/store/contract/shapes.ts'
import { bySchedule, type ScheduleConfig } from '../../model/schedule.ts'
import type { KeyScope } from '../../model/task.ts'
import { type IntakeDeps, inputOf, type Want } from './enqueue.ts'

/** The task of one due time. `dir` is the fleet's folder. Throws OperatingError `intake.*` when it is refused. */
export const scheduledTask = (
  deps: IntakeDeps,
  schedule: ScheduleConfig,
  dir: string,
): Promise<EnqueueInput> => inputOf(deps, wantOf(schedule, dir))

const wantOf = ({ name, order, scope }: ScheduleConfig, dir: string): Want => {
  const { cwd, labels, ...more } = order
  return {
    ...more,
    labels: [...labels, `schedule:${name}`],
    cwd: cwd === null ? dir : cwd.startsWith('/') ? cwd : `${dir}/${cwd}`,
    key: keyOf(name, scope),
    ...{ notBefore: null, after: [], afterAny: [], once: false, againOf: null },
    anyway: true,
    origin: { kind: 'schedule' },
    by: bySchedule(name),
  }
}

/** Due times are told apart by the store; a key reaches further. */
function keyOf(
  name: string,
  scope: ScheduleConfig['scope'],
): ({ readonly key: string } & KeyScope) | null {
  const key = `schedule:${name}`
  if (scope === 'each') return null
  return scope === 'open' ? { key, scope } : { key, scope: 'window', windowMs: scope.windowMs }
}
