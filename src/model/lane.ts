// What a lane remembers: its gate, and what its judge needs of the past. Folded from facts alone, so that it can be
// folded again; nothing in it can latch, for everything in it is cleared by evidence.

import type { FailureClass } from './failure.ts'
import type { GateState } from './gate.ts'

/** One failure of a streak: the newest of its task. */
export interface StreakEntry {
  readonly task: number
  readonly attempt: number
  readonly class: FailureClass
  readonly agent: string
  readonly provider: string | null
  readonly at: number
}

export interface LaneMemory {
  /** Failures in a row that charge this lane, oldest first, one per task, bounded. */
  readonly streak: readonly StreakEntry[]
  /** How many waits of this trouble are used up. */
  readonly wait: number
  /** The failure that shut it; says what a return must disprove. */
  readonly shutBy: FailureClass | null
  /** Attempts up to this id were claimed before it shut: their endings are facts only. */
  readonly cut: number
  /** Canaries since it shut that did not end well, but for a reason that is known to be their task's own. */
  readonly understood: number
  /** Attempts that gave evidence since it returned. */
  readonly proven: readonly number[]
  /** When it was last wholly back. */
  readonly backAt: number | null
  /** Newest losses of a host, for telling a mass death. */
  readonly losses: readonly { readonly attempt: number; readonly at: number }[]
  /** Whether they make a mass death that no start on this host has ended yet. */
  readonly mass: boolean
  /** Something it stands on is new, and no canary has proven it yet. */
  readonly trial: boolean
  /** What its credential looked like when it was last looked at, by host. */
  readonly prints: Readonly<Record<string, string>>
  /** The open incident it belongs to; its own, or that of a wider lane. */
  readonly incident: string | null
}

export const freshMemory: LaneMemory = {
  streak: [],
  wait: 0,
  shutBy: null,
  cut: 0,
  understood: 0,
  proven: [],
  backAt: null,
  losses: [],
  mass: false,
  trial: false,
  prints: {},
  incident: null,
}

/** A lane's row. */
export interface Lane {
  readonly lane: string
  readonly gate: GateState
  readonly memory: LaneMemory
  /** Grows with every write; who judged an older row may not write. 0: no row yet. */
  readonly rev: number
  /** False when the row could not be read: it is rebuilt from facts, or pinned; it never counts as passing. */
  readonly readable: boolean
}

/** A lane nobody ever heard of. */
export const freshLane = (lane: string): Lane => ({
  lane,
  gate: { state: 'passing' },
  memory: freshMemory,
  rev: 0,
  readable: true,
})

/** The memory as stored, or null when it is none. */
export function readMemory(text: string): LaneMemory | null {
  try {
    const found = JSON.parse(text) as Partial<LaneMemory> | null
    if (found === null || typeof found !== 'object' || Array.isArray(found)) return null
    const { streak, proven, losses } = found
    if (![streak, proven, losses].every((one) => one === undefined || Array.isArray(one)))
      return null
    return { ...freshMemory, ...found }
  } catch {
    return null
  }
}
