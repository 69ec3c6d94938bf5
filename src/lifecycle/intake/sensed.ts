// What a sensor wants, as intake takes it: known by the sensor and its key, so that it is one task however often it is seen,
// and wanted in the sensor's name, which bounds what may come of it.

import { bySensor, type SensorConfig, type WantedTask } from '../../model/sensor.ts'
import type { Want } from './enqueue.ts'

/** The want behind one line of a sensor. `dir` is the fleet's folder. */
export const sensedWant = (
  dir: string,
  { name, scope, order, depth = 1 }: SensorConfig,
  { key, title, run, prompt, fromTask }: WantedTask,
): Want => ({
  ...{ title, run, prompt, ...order },
  ...{ role: null, notBefore: null, after: [], afterAny: [], verify: null, timeoutMs: null },
  ...{ attempts: null, once: false, anyway: false, againOf: null },
  labels: [...order.labels, `sensor:${name}`],
  key: { key: `sensor:${name}:${key}`, scope },
  cwd: dir,
  fromTask,
  origin: { kind: 'sensor', taskId: fromTask, most: depth },
  by: bySensor(name),
})
