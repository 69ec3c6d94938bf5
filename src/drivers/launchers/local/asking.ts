// How another service of this machine is asked for a session's wrapper, in place of the spawner.

import type { LaunchOrder } from '../contract.ts'
import type { WrapperOrder } from './wrapper.ts'

/** Another service of this machine that starts wrappers, and keeps each in a cgroup of its own making. */
export interface Asking {
  readonly name: string
  /** Answers the wrapper that was started. Throws OperatingError `launch.*`. */
  readonly ask: (order: LaunchOrder, wrapping: WrapperOrder, mark: string) => Promise<Started>
}

export interface Started {
  readonly pid: number | null
  readonly startTicks: string | null
  readonly cgroup: string | null
}
