// Reads a ticket: what the wrapper, the shell under it, or a dispatcher that took the ticket first wrote there.
// Pure. A line without its final ` end` was torn or is still being written, and tells nothing.

import { constants } from 'node:os'
import type { ProcessIdentity } from '../../processes/process.ts'
import { statOf } from '../../processes/stat-line.ts'

/** Everything a ticket tells. Fields stay null until their line is there, whole. */
export interface Marks {
  /** A dispatcher took the ticket first: why. */
  readonly taken: string | null
  readonly wrapper: { readonly nonce: string; readonly pid: number; readonly bootId: string } | null
  /** The cgroup that the wrapper joined. */
  readonly cgroup: string | null
  readonly refused: string | null
  /** The program's process, which wrote this line just before it became the program. */
  readonly started: ProcessIdentity | null
  /** The sandbox stands, and the shell in it is about to become the program. */
  readonly inside: boolean
  /** The shell reported that the program could not be executed. */
  readonly unexecuted: boolean
  readonly exit: { readonly code: number; readonly uptimeCentis: number } | null
  /** There was no room for the exit when it was to be written. */
  readonly late: boolean
  /** How often the kernel killed in the session's own cgroup because its memory was used up; 0 when that is not told. */
  readonly oomKills: number
  /** What the shell said by itself, such as `Killed`. */
  readonly shellSaid: string
}

/** Reads the text of a ticket, which may still grow. */
export function readMarks(text: string): Marks {
  const lines = text.split('\n').slice(0, -1)
  const wrapper = find(lines, /^wrapper (\S+) (\d+) (\S+) (.*) ?end$/)
  const started = find(lines, /^start \S+ (.+) end$/)
  const exit = find(lines, /^exit (\d+) (\d+)\.(\d+) end$/)
  const child = started === null ? null : statOf(started[1] ?? '')
  return {
    taken: find(lines, /^taken (.*) end$/)?.[1] ?? null,
    wrapper: wrapper && {
      nonce: wrapper[1] ?? '',
      pid: Number(wrapper[2]),
      bootId: wrapper[3] ?? '',
    },
    cgroup: wrapper?.[4]?.trim() || null,
    refused: find(lines, /^refused (.*) end$/)?.[1] ?? null,
    started: child && { pid: child.pid, startTicks: child.startTicks },
    inside: lines.includes('inside end'),
    unexecuted: lines.some((line) => /^unexecuted \d+ end$/.test(line)),
    exit: exit && { code: Number(exit[1]), uptimeCentis: Number(`${exit[2]}${exit[3]}`) },
    late: lines.includes('late end'),
    oomKills: Number(find(lines, /^oom (\d+) end$/)?.[1] ?? 0),
    shellSaid: lines
      .filter((line) => line.trim() !== '' && !/ end$/.test(line))
      .join('\n')
      .slice(0, 2_000),
  }
}

/**
 * How the program ended. A shell turns a death by signal into 128 + signal; only then it says the signal's name.
 * It keeps silent about SIGINT and SIGPIPE: such a death is told as exit code 130 or 141.
 */
export function endingOf(
  code: number,
  shellSaid: string,
): { readonly exitCode: number | null; readonly signal: string | null } {
  const name = code > 128 && shellSaid !== '' ? signalName(code - 128) : null
  return name === null ? { exitCode: code, signal: null } : { exitCode: null, signal: name }
}

function signalName(number: number): string | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number)
  return found?.[0] ?? null
}

function find(lines: readonly string[], pattern: RegExp): RegExpExecArray | null {
  for (const line of lines) {
    const match = pattern.exec(line)
    if (match) return match
  }
  return null
}
