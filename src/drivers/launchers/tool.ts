// Runs one of the programs by which a launcher asks somebody else: systemd-run, systemctl, podman, docker. Its answer is
// data, never an exception; what it says is bounded; and a program that does not answer is ended and told as such.

import { execFile } from 'node:child_process'
import { systemCode } from '../../base/errors.ts'

/** `absent`: there is no such program. `silent`: it did not answer in time, so nobody knows what it did. */
export type Said =
  | { readonly is: 'said'; readonly code: number; readonly out: string; readonly err: string }
  | { readonly is: 'absent' }
  | { readonly is: 'silent'; readonly afterMs: number }
  | { readonly is: 'unasked'; readonly error: Error }

/** Asks `program`; the seam at which tests and other hosts put their own. */
export type AskTool = (
  program: string,
  args: readonly string[],
  timeoutMs?: number,
) => Promise<Said>

const defaultTimeoutMs = 20_000
const maxBytes = 4 * 1_024 * 1_024

/** Asks programs under `env`, in one language and without colours or pagers. */
export function toolsUnder(env: Readonly<Record<string, string>>): AskTool {
  const plain = { ...env, LC_ALL: 'C', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '', NO_COLOR: '1' }
  return (program, args, timeoutMs = defaultTimeoutMs) =>
    new Promise((resolve) => {
      const options = {
        env: plain,
        cwd: '/',
        timeout: timeoutMs,
        killSignal: 'SIGKILL' as const,
        maxBuffer: maxBytes,
      }
      try {
        const child = execFile(program, [...args], options, (error, out, err) => {
          if (error === null) return resolve({ is: 'said', code: 0, out, err })
          const { code, killed } = error as { code?: number | string; killed?: boolean }
          if (typeof code === 'number') return resolve({ is: 'said', code, out, err })
          if (code === 'ENOENT') return resolve({ is: 'absent' })
          if (killed) return resolve({ is: 'silent', afterMs: timeoutMs })
          resolve({ is: 'unasked', error })
        })
        child.stdin?.end()
      } catch (error) {
        if (systemCode(error) === null) throw error
        resolve({ is: 'unasked', error: error as Error })
      }
    })
}

/** What went wrong, for people; null when it said yes. */
export function troubleOf(program: string, said: Said): string | null {
  switch (said.is) {
    case 'absent':
      return `${program} is not installed here`
    case 'silent':
      return `${program} did not answer within ${said.afterMs / 1_000} s`
    case 'unasked':
      return `${program} could not be run: ${said.error.message}`
    case 'said': {
      if (said.code === 0) return null
      const line = lastLine(said.err) || lastLine(said.out)
      return line === '' ? `${program} ended with ${said.code}` : line
    }
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
