// What is remembered of sensors.

import type { SensorState } from '../../../model/sensor.ts'

export interface SensorVerbs {
  /** Overwrites what is remembered of a sensor. */
  noteSensor(input: SensorState): Promise<void>
  /** Every sensor that ever looked, by name. */
  sensors(): Promise<readonly SensorState[]>
  /** How many tasks this name has made since then. Costs what the span holds. */
  madeBy(input: { by: string; since: number }): Promise<number>
}
