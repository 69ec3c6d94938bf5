// The sentences of what happens to locks, work keys and calm windows.

import { localTime } from '../../../base/when.ts'
import type { LockFact } from '../../../model/facts/locks.ts'
import type { WindowFact } from '../../../model/facts/windows.ts'
import { quiet, type Tellings, told } from '../telling.ts'

const until = (ms: number | null): string => (ms === null ? '' : ` until ${localTime(ms)}`)

const overBecause = {
  expired: 'its time was over',
  orphaned: 'its attempt had ended',
  bricked: 'its row was one that nobody could release',
} as const

export const lockTellings: Tellings<LockFact['kind']> = {
  'lock.acquired': quiet((f) => `lock ${f.name} taken by ${f.holder}${until(f.until)}`),
  'lock.released': quiet((f) => `lock ${f.name} released by ${f.by}`),
  'lock.freed': told(
    'waiting',
    (f) => `lock ${f.name} of ${f.holder} freed: ${overBecause[f.why]}`,
  ),
  'work.claimed': quiet((f) => `work ${f.key} claimed by ${f.holder}${until(f.until)}`),
  'work.completed': told('good', (f) => `work ${f.key} completed by ${f.by}${until(f.until)}`),
  'work.abandoned': quiet((f) => `work ${f.key} given up by ${f.by}`),
  'work.forgotten': told('plain', (f) => `work ${f.key} forgotten by ${f.by}; it was ${f.was}`),
  'work.freed': told('waiting', (f) => `work ${f.key} of ${f.holder} freed: ${overBecause[f.why]}`),
}

export const windowTellings: Tellings<WindowFact['kind']> = {
  'window.opened': told('good', (f) => `calm window ${f.window} opens on ${f.host}`),
  'window.closed': told(
    'waiting',
    (f) => `calm window ${f.window} closes on ${f.host} after ${f.taken} tasks: ${f.why}`,
  ),
  'task.waived': told('waiting', (f) => `no longer waits for ${f.window} (${f.by}): ${f.reason}`),
}
