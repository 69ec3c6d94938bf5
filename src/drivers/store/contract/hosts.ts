// Hosts and their daemons.

import type { FactBody } from '../../../model/fact.ts'
import type { Fenced } from '../../../model/refusal.ts'
import type { HostRow } from './shapes.ts'

export interface HostVerbs {
  /** Registers the daemon of a host. Refused while `holder` says another one lives. */
  enterHost(
    input: HostRow & { holderAlive: (row: HostRow) => boolean; now: number },
  ): Promise<Fenced>
  pulseHost(input: { name: string; pid: number; now: number }): Promise<void>
  leaveHost(input: { name: string; pid: number; now: number }): Promise<void>
  hosts(): Promise<readonly HostRow[]>
  recordFacts(input: { bodies: readonly FactBody[]; now: number }): Promise<void>
}
