// Hosts and their daemons.

import type { FactBody } from '../../../model/fact.ts'
import type { Fenced } from '../../../model/refusal.ts'
import type { HostRow, HostSeen } from './shapes.ts'

export interface HostVerbs {
  /** Registers the daemon of a host. Refused while `holder` says another one lives. */
  enterHost(
    input: HostRow & { holderAlive: (row: HostRow) => boolean; now: number },
  ): Promise<Fenced>
  /** The daemon of the host lives, and says what the host bears. */
  pulseHost(input: {
    name: string
    pid: number
    slots?: number
    labels?: readonly string[]
    behindMs?: number
    now: number
  }): Promise<void>
  leaveHost(input: { name: string; pid: number; now: number }): Promise<void>
  hosts(): Promise<readonly HostSeen[]>
  recordFacts(input: { bodies: readonly FactBody[]; now: number }): Promise<void>
}
