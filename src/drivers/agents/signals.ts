// What signals say about an ending: which a program brings upon itself, and how shells number them.

/** Signals by which a program dies of its own doing; all others come from outside. */
export const crashSignals: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGTRAP',
  'SIGSYS',
  'SIGPIPE',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGSTKFLT',
])

/** Linux numbers of the signals that shells and clients turn into `128 + n`. */
const numbers: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
}

/** The signal that an exit code of the form `128 + n` stands for, or null. Some clients use such codes otherwise. */
export function signalOfExit(exitCode: number): string | null {
  return numbers[exitCode - 128] ?? null
}
