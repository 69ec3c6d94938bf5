// Duties: what only one host does at a time, with a fencing term.

import type { Duty, DutyName, DutyTerm } from '../../../model/duty.ts'

export interface DutyVerbs {
  /**
   * Takes what is free or over of these duties, and renews what this daemon has. Answers the terms it has now. A daemon
   * that was started anew on its host (another pid) takes over from the one before it at once, under a new term.
   */
  holdDuties(input: {
    duties: readonly DutyName[]
    host: string
    pid: number
    until: number
    now: number
  }): Promise<readonly DutyTerm[]>
  /** Lays down what this daemon has, so that another host need not wait. */
  layDownDuties(input: { host: string; pid: number; now: number }): Promise<{ laid: number }>
  /** Every duty that was ever held, by name. */
  duties(): Promise<readonly Duty[]>
}
