// What can happen to schedules.

export type ScheduleFact =
  /** It is known from now on, or under another pattern. */
  | { kind: 'schedule.known'; schedule: string; spec: string; nextAt: number | null; host: string }
  /** A due time made its task, or met one that was still there. */
  | {
      kind: 'schedule.fired'
      schedule: string
      dueAt: number
      deduped: boolean
      by: string
    }
  /** A due time made no task: intake refused what the schedule wants. */
  | { kind: 'schedule.refused'; schedule: string; dueAt: number; why: string }
  /** Due times passed while nobody looked, and are not made good. */
  | { kind: 'schedule.missed'; schedule: string; from: number; to: number; count: number }
  /** It was accounted for by a clock that was ahead. */
  | { kind: 'schedule.rewound'; schedule: string; from: number; to: number; host: string }
  /** It left the configuration. */
  | { kind: 'schedule.retired'; schedule: string; host: string }
