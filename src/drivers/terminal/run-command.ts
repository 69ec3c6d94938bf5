// Runs a command in the foreground of this terminal, with its input and output.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** `ended` resolves with its exit status, 128 and the signal where one ended it; null where it could not be started. */
export function runCommand(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { readonly ended: Promise<number | null>; end(): void } {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: 'inherit', env })
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
  return { ended, end: () => void child.kill('SIGTERM') }
}
