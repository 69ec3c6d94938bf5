// What processes tell of themselves, and what others wish for them: pulses of loops, and restarts with their evidence.

import type { LoopBeat } from '../../../base/beats.ts'
import type { Pulse, RestartRequest, Role } from '../../../model/pulse.ts'

export interface PulseVerbs {
  /** Writes the newest pulse of each loop of a process. What an earlier process of that role wrote is gone. */
  pulse(input: {
    host: string
    role: Role
    pid: number
    loops: readonly Pick<LoopBeat, 'loop' | 'beat' | 'everyMs'>[]
    now: number
  }): Promise<void>
  /** Newest pulses of a host, of all hosts when null. */
  pulses(host: string | null): Promise<readonly Pulse[]>
  /** A process that ends well takes its pulses with it. */
  endPulses(input: { host: string; role: Role; pid: number }): Promise<void>
  /** Asks for a restart, unless one of that process is asked for already. */
  askRestart(input: Omit<RestartRequest, 'id' | 'askedAt'> & { now: number }): Promise<{
    asked: boolean
  }>
  /** What was asked for on this host and has no answer yet, oldest first. */
  openRestarts(host: string): Promise<readonly RestartRequest[]>
  answerRestart(input: { id: number; answer: string; now: number }): Promise<void>
}
