// What a simulated month of a fleet comes to, as plain data: what `midwatch sim --json` answers and what is printed for
// people. Times are ISO where they date, milliseconds where they measure; money is US dollars, as the clients tell it.

import type { FleetConfig } from '../../../model/config.ts'

export const simFaults = ['none', 'light', 'heavy'] as const
export type SimFaults = (typeof simFaults)[number]

export interface SimInput {
  readonly config: FleetConfig
  readonly days: number
  readonly faults: SimFaults
  readonly seed: string
  readonly hosts: number
  /** How many tasks are wanted in all. */
  readonly tasks: number
  /** Called after each simulated day. */
  readonly onDay?: (day: number) => void
}

export interface SimDay {
  /** Counted from 1. */
  readonly day: number
  readonly done: number
  readonly failed: number
  readonly attempts: number
  readonly costUsd: number
  /** Faults that came on that day. */
  readonly faults: number
}

/** How long something took, over all of its kind; null where there was none. */
export interface Spread {
  readonly count: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly worstMs: number
}

export interface SimReport {
  readonly seed: string
  readonly days: number
  readonly hosts: number
  readonly agents: number
  readonly faults: SimFaults
  /** Whether the fleet came through: no promise was broken, and all that could be done was done. */
  readonly survived: boolean
  readonly tasks: {
    readonly wanted: number
    readonly done: number
    readonly failed: number
    readonly cancelled: number
    readonly left: number
  }
  readonly attempts: number
  readonly donePerDay: number
  readonly costUsd: number
  /** Attempts by how they ended. */
  readonly endings: Readonly<Record<string, number>>
  /** Faults by name. */
  readonly inflicted: Readonly<Record<string, number>>
  /** From an incident's opening to its end. */
  readonly recovery: Spread | null
  /** The incidents that took longest, longest first. */
  readonly longest: readonly {
    readonly key: string
    readonly title: string
    readonly openedAt: string
    readonly tookMs: number
  }[]
  /** From ready to taken. */
  readonly waiting: Spread | null
  /** From wanted to settled. */
  readonly settling: Spread | null
  /** Messages that reached people. */
  readonly messages: number
  /** How long after the last fault everything was at rest; null when it never was. */
  readonly restedAfterMs: number | null
  readonly restBoundMs: number
  readonly daily: readonly SimDay[]
  /** Promises that were broken. None is expected; please report one. */
  readonly broken: readonly { readonly law: string; readonly sentence: string }[]
  /** Where what was played differs from the configuration as written. */
  readonly played: readonly string[]
  readonly trace: string
}
