// What a machine feels like: how busy it is, and whether somebody sits at it.

import type { Senses } from '../../model/window.ts'

export interface HostSenses {
  /** What can be felt now; null for what this system does not tell. Never throws. */
  feel(): Promise<Senses>
}
