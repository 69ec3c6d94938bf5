// The sensors of some simulated fleets: one sees issues that come from outside, one sees tasks that failed, one sees a disk. And
// the work that comes of what they see.

import type { SensorConfig } from '../src/model/sensor.ts'
import type { Adds } from './adding.ts'
import type { Nature, PlannedTask } from './planned.ts'

const minuteMs = 60_000
const hourMs = 3_600_000

const sensor = (name: string, more: Partial<SensorConfig>): SensorConfig => ({
  ...{ name, everyMs: 20 * minuteMs, timeoutMs: minuteMs, perDay: 4, scope: 'ever' },
  staleMs: null,
  order: { agent: null, tier: null, priority: 0, labels: [] },
  source: { kind: 'command', run: name },
  ...more,
})

export const sensing: readonly SensorConfig[] = [
  sensor('issues', { staleMs: 6 * hourMs }),
  sensor('failures', { scope: 'open', perDay: 6 }),
  // Who hangs here hangs for long: no other one may wait for it.
  sensor('disk', { timeoutMs: 3 * hourMs }),
]

/** A task that is added goes wrong: what is seen in the work at what a sensor brought. */
const addsBad: Adds = {
  some: [{ nature: 'bad', workMs: 5_000, keyed: false, twice: false, adds: null }],
  flood: 0,
}

const work = (ref: string, nature: Nature, adds: Adds | null = null): PlannedTask => ({
  ...{ ref, atMs: 0, kind: 'command', nature, says: 'none', workMs: 30_000 },
  ...{ timeoutMs: null, attempts: null, verify: 'none', once: false, after: null },
  ...{ afterAny: false, notBeforeMs: null, key: null, priority: 0, leavesChildren: false },
  ...{ deaf: false, progress: 0, unserved: false },
  traits: adds === null ? {} : { adds },
})

/** What becomes of what is seen: it goes well, or wrong, or brings forth more. */
export const sensedWork: readonly PlannedTask[] = [
  work('sensed-good', 'good'),
  work('sensed-bad', 'bad'),
  work('sensed-adds', 'good', addsBad),
]

/** The work of the nth thing that is seen. */
export const sensedRef = (n: number): string => sensedWork[n % sensedWork.length]?.ref ?? ''
