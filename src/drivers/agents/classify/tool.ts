// What one tool's knowledge file holds. Everything in it is optional: structure and families serve tools without any.

import type { FailureClass } from '../../../model/failure.ts'
import type { Row } from './row.ts'

export interface ToolKnowledge {
  /** The tool's own name first, then other spellings. */
  readonly names: readonly string[]
  /** Its own sentences, asked before the families. */
  readonly rows?: readonly Row[]
  /** What an exit code means for this tool alone; null where it means nothing special. */
  readonly exitCode?: (code: number) => CodeMeaning | null
  /** Lines (their core) that mean failure though the exit code is 0. Anchored, for these clients exit 0 after failures. */
  readonly failsOnZero?: RegExp
  /** What such a failure is that no row explains; `unknown` where absent. */
  readonly failsAs?: FailureClass
  /** Lines that stand in good runs too: banners, warnings, its own log, noted retries. */
  readonly noise?: RegExp
  /** A program whose task it is to end what it runs at a time limit, by signal if need be. */
  readonly endsAtLimit?: boolean
  /** A program that runs what it is given: a failure that nothing explains is the task's own. */
  readonly runsCommands?: boolean
}

export interface CodeMeaning {
  readonly class: FailureClass
  /** Classes that the text may name instead, for codes that gather several. */
  readonly or?: readonly FailureClass[]
}

/** A table of exit codes as a function. */
export function codes(
  table: Readonly<Record<number, CodeMeaning>>,
): (code: number) => CodeMeaning | null {
  return (code) => table[code] ?? null
}
