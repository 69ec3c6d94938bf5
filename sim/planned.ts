// A wanted task as it is planned: its nature, what its sessions say, how long its work takes. Plain data.

/** What a task's work comes to when nothing from outside disturbs it. */
export const natures = {
  good: 70,
  /** Fails by its own fault the first time, then succeeds. */
  flaky: 8,
  /** Always fails by its own fault. */
  bad: 4,
  /** Never ends by itself. */
  endless: 2,
  /** Ends with exit 0 and nothing done (a client without a result). */
  hollow: 2,
  too_large: 2,
  refused: 2,
  max_turns: 2,
  /** Dies of a signal of its own making. */
  crashes: 2,
} as const
export type Nature = keyof typeof natures

/** What the session says about its task, and when. */
export const words = {
  none: 50,
  done: 16,
  /** Says done and then works on for a while. */
  early: 8,
  twice: 6,
  /** Says done and is then killed. */
  done_then_dies: 8,
  fail: 4,
  fail_then_done: 4,
  garbage: 4,
} as const
export type WordHabit = keyof typeof words

export interface PlannedTask {
  readonly ref: string
  readonly atMs: number
  readonly kind: 'command' | 'prompt'
  readonly nature: Nature
  readonly says: WordHabit
  readonly workMs: number
  readonly timeoutMs: number | null
  readonly attempts: number | null
  readonly verify: 'none' | 'honest' | 'never'
  readonly once: boolean
  readonly after: string | null
  readonly afterAny: boolean
  readonly notBeforeMs: number | null
  readonly key: string | null
  readonly priority: number
  readonly leavesChildren: boolean
  readonly deaf: boolean
  readonly progress: number
  /** Asks for an agent that nobody configured; held for a person. */
  readonly unserved: boolean
  /** What was drawn for each trait it has, by name. */
  readonly traits: Readonly<Record<string, unknown>>
}
