// The sentences of what happens to schedules.

import { localTime } from '../../../base/when.ts'
import type { ScheduleFact } from '../../../model/facts/schedules.ts'
import { quiet, type Tellings, told } from '../telling.ts'

const next = (at: number | null): string =>
  at === null ? 'it never comes again' : `next ${localTime(at)}`

export const scheduleTellings: Tellings<ScheduleFact['kind']> = {
  'schedule.known': told(
    'plain',
    (f) => `schedule ${f.schedule} is known on ${f.host}: ${f.spec}, ${next(f.nextAt)}`,
  ),
  'schedule.fired': told('plain', (f) =>
    f.deduped
      ? `schedule ${f.schedule} is due (${localTime(f.dueAt)}); this task is still there`
      : `wanted by schedule ${f.schedule}, due ${localTime(f.dueAt)} (${f.by})`,
  ),
  'schedule.refused': told(
    'bad',
    (f) => `schedule ${f.schedule}, due ${localTime(f.dueAt)}, made no task: ${f.why}`,
  ),
  'schedule.missed': told(
    'waiting',
    (f) =>
      `schedule ${f.schedule} missed ${f.count} of its times, ${localTime(f.from)} to ${localTime(f.to)}`,
  ),
  'schedule.rewound': told(
    'waiting',
    (f) =>
      `schedule ${f.schedule} was accounted for up to ${localTime(f.from)} by a clock that was ahead; it goes on from ${localTime(f.to)}`,
  ),
  'schedule.retired': quiet((f) => `schedule ${f.schedule} left the configuration of ${f.host}`),
}
