// A row of text knowledge: when a line on an error channel reads so, the ending is of this class. Rows are tried in
// order, each against every line, so that what is said precisely outranks what is said vaguely.

import type { Blame, FailureClass } from '../../../model/failure.ts'

export interface Row {
  readonly class: FailureClass
  /** Matched against the core of a line (see `core`), case as written in the pattern's flags. */
  readonly when: RegExp
  /** Where the fault lies elsewhere than the class's own row says. */
  readonly blame?: Blame
}

export interface RowMatch {
  readonly row: Row
  readonly line: string
}

/** The first row that fits any of the lines, and the line. */
export function firstMatch(rows: readonly Row[], lines: readonly string[]): RowMatch | null {
  const spoken = lines.map((line) => [core(line), line] as const)
  for (const row of rows) {
    const at = spoken.findIndex(([said, whole]) => row.when.test(said) || row.when.test(whole))
    const line = lines[at]
    if (line !== undefined) return { row, line }
  }
  return null
}

/** Whether a line says so, with or without the labels before what is said. */
export function says(when: RegExp, line: string): boolean {
  return when.test(core(line)) || when.test(line)
}

const decoration =
  /^(?:[\s⎿│•●·∙›»!\p{So}\p{Sm}\u200d]+|\p{Mn}+|[-*]\s+|\[?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-][\d:]+)?\]?|\[\d\d:\d\d:\d\d\]|\[(?:error|fatal|api error)\]?:?)\s*/iu
const label =
  /^(?:(?:\w+ )?(?:API )?(?:error|fatal error|fatal|failed|failure|panic|exception|critical)(?:\s*\[[\w-]+\])?\s*:|(?:Execution|Request|Model call|Command) failed:|Unhandled rejection:|Uncaught(?: \w+)?:?|(?:[\w.]+\.)?[A-Z]\w+(?:Error|Exception):)\s*/i

/** A level that loggers print without a colon. */
const level = /^(?:ERROR|ERR|FATAL|CRITICAL|PANIC|WARN)\s+(?=[\p{L}"'`])/u

/** A line without bullets, time stamps and `Error:` labels, so that rows can be anchored at what is said. */
export function core(line: string): string {
  let text = line
  for (let round = 0; round < 6; round++) {
    const next = text.replace(decoration, '').replace(label, '').replace(level, '')
    if (next === text || next === '') break
    text = next
  }
  return text
}
