// Judges whether the program was executed at all, and words why not. A program that itself exits with 126 or 127 was.

import { existsSync, realpathSync } from 'node:fs'
import type { Marks } from './marks.ts'
import { readStart } from './session-files.ts'
import { wrapperName } from './wrapper.ts'

/** The message for a program that could not be executed; null for one that was. `err` reads its standard error. */
export function whyNeverExecuted(
  marks: Marks,
  err: () => string,
  isSandboxed = false,
): string | null {
  const code = marks.exit?.code
  if (code === undefined) return null
  if (marks.started === null) {
    return marks.shellSaid || 'the start mark could not be written'
  }
  // What failed before the sandbox stood is bubblewrap's trouble; the program was never near.
  if (isSandboxed && !marks.inside) return err().split('\n', 1)[0] || `exit code ${code}`
  // dash says so by its exit trap; bash does not run the trap, but complains under our name.
  const complained = () => err().startsWith(`${wrapperName}: `)
  if (!marks.unexecuted && !((code === 126 || code === 127) && complained())) return null
  const line = err().split('\n', 1)[0] ?? ''
  const message = line.replace(/^\S+: (line )?\d+: (exec: )?/, '')
  return `${message || `exit code ${code}`}${missingInterpreter(message)}`
}

/** A script whose interpreter is missing is itself reported as missing. */
function missingInterpreter(message: string): string {
  const path = /^(\/.*): (not found|cannot execute)/.exec(message)?.[1]
  if (path === undefined || !existsSync(path)) return ''
  const interpreter = /^#!\s*(\S+)/.exec(readStart(realpathSync(path), 256))?.[1]
  if (interpreter === undefined) return ''
  return ` (the file is there; it asks for the interpreter ${interpreter})`
}
