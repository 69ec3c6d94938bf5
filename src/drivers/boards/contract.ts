// A foreign board as we understand it: wants with references among each other, and what was odd about it. A reader never
// guesses silently; what it had to guess it tells.

export const boardKinds = ['beads', 'list', 'github', 'arc'] as const
export type BoardKind = (typeof boardKinds)[number]

export interface ForeignTask {
  /** Its name on the board. */
  readonly ref: string
  readonly title: string
  /** What is to be done; null for no more than the title. */
  readonly text: string | null
  /** A shell command, where the board has one. */
  readonly run: string | null
  /** Ours: higher goes first. */
  readonly priority: number
  readonly labels: readonly string[]
  /** Unsettled, or how it ended there. */
  readonly state: 'open' | 'done' | 'failed' | 'cancelled'
  /** References of the tasks it waits for. */
  readonly after: readonly string[]
  readonly notBefore: number | null
}

export interface Oddity {
  /** Null for the board as a whole. */
  readonly ref: string | null
  readonly what: string
}

export interface Board {
  readonly kind: BoardKind
  readonly tasks: readonly ForeignTask[]
  readonly odd: readonly Oddity[]
}
