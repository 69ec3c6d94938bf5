// Operating errors: what goes wrong in the world, with a code for machines, a sentence for people and a remedy.
// Programmer errors are not here; they crash (assert.ts).

/** Exit codes of the command line, one per kind of trouble; documented in docs/cli.md. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  tryAgain: 75,
} as const

export type ExitKind = keyof typeof exitCodes

/** An operating error. `code` is stable and greppable; `remedy` says what the reader can do now. */
export class OperatingError extends Error {
  readonly code: string
  readonly remedy: string
  readonly exit: ExitKind

  constructor(
    exit: ExitKind,
    code: string,
    sentence: string,
    remedy: string,
    options?: { cause?: unknown },
  ) {
    super(sentence, options)
    this.name = 'OperatingError'
    this.exit = exit
    this.code = code
    this.remedy = remedy
  }
}

export const usage = (code: string, sentence: string, remedy: string) =>
  new OperatingError('usage', code, sentence, remedy)
export const notFound = (code: string, sentence: string, remedy: string) =>
  new OperatingError('notFound', code, sentence, remedy)
export const refused = (code: string, sentence: string, remedy: string) =>
  new OperatingError('refused', code, sentence, remedy)
export const failed = (code: string, sentence: string, remedy: string, cause?: unknown) =>
  new OperatingError('failed', code, sentence, remedy, { cause })
export const tryAgain = (code: string, sentence: string, remedy: string, cause?: unknown) =>
  new OperatingError('tryAgain', code, sentence, remedy, { cause })

/** The `code` of a Node system error (`ENOENT`, `EACCES` …), or null. */
export function systemCode(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : null
}
