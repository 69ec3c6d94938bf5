// What looks at the world for a sensor. It prints lines as a program of yours would, so that both are judged alike.

import type { SensorSource } from '../../model/sensor.ts'

export type Looked =
  | { readonly looked: true; readonly text: string }
  | { readonly looked: false; readonly why: string }

export interface Eyes {
  /** One look. Never throws for what the world does. */
  look(source: SensorSource, timeoutMs: number, signal: AbortSignal): Promise<Looked>
}
