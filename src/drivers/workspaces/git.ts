// One call of git: bounded, without a terminal to ask on, and without the variables by which a hook or a session would
// point it at another repository.

import { execFile } from 'node:child_process'

export interface GitRan {
  readonly code: number
  readonly out: string
  readonly err: string
}

export type Git = (
  cwd: string,
  args: readonly string[],
  more?: { readonly env?: Readonly<Record<string, string>>; readonly input?: string },
) => Promise<GitRan>

const timeoutMs = 120_000
const outputBytesMax = 256 * 1024 * 1024

/** Git over this environment. Code 127 when there is no git, 124 when it took too long. */
export function gitOver(baseEnv: Readonly<Record<string, string>>): Git {
  const env = Object.fromEntries(
    Object.entries(baseEnv).filter(([name]) => !pointsElsewhere.test(name)),
  )
  const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
  return (cwd, args, more = {}) =>
    new Promise((resolve) => {
      const options = {
        cwd,
        env: { ...env, ...quiet, ...more.env },
        timeout: timeoutMs,
        maxBuffer: outputBytesMax,
      }
      const child = execFile('git', args, options, (error, out, err) => {
        resolve({ code: codeOf(error), out, err: err || (error?.message ?? '') })
      })
      child.stdin?.on('error', () => {}) // it did not want to read all of it
      child.stdin?.end(more.input ?? '')
    })
}

const pointsElsewhere =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX|NAMESPACE)$/

function codeOf(error: (Error & { code?: unknown; killed?: boolean }) | null): number {
  if (error === null) return 0
  if (error.killed === true) return 124
  if (error.code === 'ENOENT') return 127
  return typeof error.code === 'number' ? error.code : 1
}

/** The first line of what went wrong, without git's own prefixes. */
export function whyOf({ err, out, code }: GitRan): string {
  if (code === 127) return 'git is not installed'
  if (code === 124) return `git took longer than ${timeoutMs / 1000} s`
  const line = `${err}\n${out}`.split('\n').find((one) => one.trim() !== '') ?? `git exit ${code}`
  return line.replace(/^(fatal|error): /, '').trim()
}
