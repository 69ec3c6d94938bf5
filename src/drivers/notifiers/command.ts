// Notifier `command`: a program of yours that gets the message on its standard input and its parts in the environment.
// Exit 0 within half a minute means told; anything else means not told, and why.

import { spawn } from 'node:child_process'

import { failed } from '../../base/errors.ts'
import { isoTime } from '../../base/when.ts'
import type { Message, Notifier } from './contract.ts'

export interface CommandNotifierOptions {
  /** Program and arguments. */
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 30_000
const keptBytes = 2_000

/** Runs the program once per message, in a process group of its own that is ended with it. */
export function commandNotifier(options: CommandNotifierOptions): Notifier {
  return { name: 'command', tell: (message, signal) => run(options, message, signal) }
}

function run(
  options: CommandNotifierOptions,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  const [program = '', ...args] = options.command
  const { cwd, env, timeoutMs = defaultTimeoutMs } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, ...wordsOf(message) },
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    const said: Buffer[] = []
    const fail = (why: string) =>
      reject(failed('notify.failed', `${program} ${why}`, 'mend notify.command in midwatch.yaml'))
    const end = (why: string) => {
      if (child.pid !== undefined) killGroup(child.pid)
      fail(why)
    }
    const timer = setTimeout(() => end(`took longer than ${timeoutMs} ms`), timeoutMs)
    const abort = () => end('was cut off: we are leaving')
    signal.addEventListener('abort', abort, { once: true })
    const over = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
    child.stderr.on('data', (chunk: Buffer) => {
      if (Buffer.concat(said).length < keptBytes) said.push(chunk)
    })
    child.stdin.on('error', () => {}) // it need not read
    child.stdin.end(message.text)
    child.on('error', (error) => {
      over()
      fail(`could not be started: ${error.message}`)
    })
    child.on('exit', (code, by) => {
      over()
      if (code === 0) return resolve()
      const last = Buffer.concat(said).toString('utf8').trim().split('\n').at(-1) ?? ''
      fail(`ended with ${by ?? `exit ${code}`}${last === '' ? '' : `: ${last}`}`)
    })
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

const wordsOf = (message: Message): Record<string, string> => ({
  MIDWATCH_INCIDENT: message.key,
  MIDWATCH_INCIDENT_WHAT: message.what,
  MIDWATCH_INCIDENT_TITLE: message.title.replaceAll('\0', ''),
  MIDWATCH_INCIDENT_NEEDS_PERSON: message.needsPerson ? '1' : '0',
  MIDWATCH_INCIDENT_OPENED_AT: isoTime(message.openedAt),
})
