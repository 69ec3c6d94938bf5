// A mistake in the configuration, with its place. All mistakes of one reading are told at once, each with its line.

import { OperatingError } from '../../base/errors.ts'

export interface Mistake {
  /** 1-based; null when the mistake has no place of its own (an empty file). */
  readonly line: number | null
  readonly column: number | null
  /** Where in the structure, as `agents.shell.slots`; empty at the top. */
  readonly path: string
  /** A sentence without the final full stop. */
  readonly sentence: string
}

/** The configuration cannot be used. Carries every mistake for machines and one text for people. */
export class ConfigError extends OperatingError {
  readonly mistakes: readonly Mistake[]

  constructor(fileName: string, text: string, mistakes: readonly Mistake[]) {
    super(
      'usage',
      'config.invalid',
      tell(fileName, text, inOrder(mistakes)),
      `correct ${fileName} and try again`,
    )
    this.mistakes = inOrder(mistakes)
  }
}

/** As they stand in the file. */
const inOrder = (mistakes: readonly Mistake[]): Mistake[] =>
  mistakes.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))

const shownMax = 8

/** One mistake reads as one sentence; several as a list. Each shows the line it is about. */
function tell(fileName: string, text: string, mistakes: readonly Mistake[]): string {
  const lines = text.split('\n')
  const shown = mistakes.slice(0, shownMax).map((m) => tellOne(fileName, lines, m))
  if (mistakes.length === 1) return shown.join('')
  const rest = mistakes.length - shown.length
  const more = rest > 0 ? [`… and ${rest} more`] : []
  return [`${fileName} has ${mistakes.length} mistakes`, ...shown, ...more].join('\n')
}

function tellOne(fileName: string, lines: readonly string[], mistake: Mistake): string {
  const { line, column, path, sentence } = mistake
  const place =
    line === null ? fileName : `${fileName}:${line}${column === null ? '' : `:${column}`}`
  const told = `${place}: ${path === '' ? '' : `${path}: `}${sentence}`
  const source = line === null ? undefined : lines[line - 1]
  if (source === undefined || source.trim() === '') return told
  const number = String(line).padStart(5)
  const caret = column === null ? [] : [`${' '.repeat(5)} | ${' '.repeat(column - 1)}^`]
  return [told, `${number} | ${clip(source)}`, ...caret.filter(() => (column ?? 0) <= clipAt)].join(
    '\n',
  )
}

const clipAt = 120
const clip = (source: string): string =>
  source.length > clipAt ? `${source.slice(0, clipAt)}…` : source
