// Schedules: what each is accounted for, and what its due times became. Due times fire once, whoever fires them.

import type { Fenced } from '../../../model/refusal.ts'
import type { Missed, ScheduleFiring, ScheduleState } from '../../../model/schedule.ts'
import type { EnqueueInput } from './shapes.ts'

export interface ScheduleVerbs {
  /**
   * Makes a schedule known from now on, or under another pattern: nothing before now is owed then. Refused as
   * `schedule.other` while another host that lives has it with another pattern.
   */
  knowSchedule(input: {
    name: string
    spec: string
    nextAt: number | null
    host: string
    now: number
  }): Promise<Fenced<{ schedule: ScheduleState }>>
  /**
   * Accounts for due times up to `upTo`, in one step: each makes its task or is told as refused, unless it fired before.
   * Refused as `schedule.moved` when somebody else went on from `cursor`, or it is not known.
   */
  fireSchedule(input: {
    name: string
    cursor: number
    upTo: number
    nextAt: number | null
    firings: readonly {
      readonly dueAt: number
      readonly task: EnqueueInput | null
      /** Why there is no task. */
      readonly refused: string | null
    }[]
    missed: Missed | null
    host: string
    by: string
    now: number
  }): Promise<Fenced<{ firings: readonly ScheduleFiring[] }>>
  /** Forgets what this host brought and no longer keeps. */
  retireSchedules(input: {
    host: string
    keep: readonly string[]
    now: number
  }): Promise<{ retired: readonly string[] }>
  /** Every schedule that is known, by name. */
  schedules(): Promise<readonly ScheduleState[]>
  /** The newest firings of a schedule, newest first; those due before `before` alone. */
  scheduleFirings(input: {
    name: string
    before?: number
    limit: number
  }): Promise<readonly ScheduleFiring[]>
}
