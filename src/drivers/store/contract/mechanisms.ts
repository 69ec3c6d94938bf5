// Mechanisms: what each told of its firings, kept as one small row per mechanism and host.

import type { Firing, MechanismState } from '../../../model/mechanism.ts'

export interface MechanismVerbs {
  /** Notes what mechanisms of one host did since they last told. One row each, overwritten: nothing grows. */
  reportMechanism(input: { host: string; firings: readonly Firing[]; now: number }): Promise<void>
  /** Every mechanism that ever told, by name and host. */
  mechanisms(): Promise<readonly MechanismState[]>
}
