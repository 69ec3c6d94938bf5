// Channel `command`: a program of yours that gets the letter on its standard input and its parts in the environment. Exit
// 0 is delivered. Any other exit is the program's word that it did not deliver; one that was cut off has said nothing.

import { spawn } from 'node:child_process'

import type { CommandChannel } from '../../model/channels.ts'
import { type Channel, type Delivered, type Letter, nothing, unknown } from './contract.ts'

export interface CommandSurroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 30_000
const keptBytes = 2_000

export const commandChannel = (
  { name, command }: CommandChannel,
  surroundings: CommandSurroundings,
): Channel => ({
  name,
  kind: 'command',
  deliver: (letter, signal) => run(command, surroundings, letter, signal),
  asking: null,
})

function run(
  [program = '', ...args]: readonly string[],
  { cwd, env, timeoutMs = defaultTimeoutMs }: CommandSurroundings,
  letter: Letter,
  signal: AbortSignal,
): Promise<Delivered> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(nothing('we are leaving', 'soon'))
    const child = spawn(program, args, {
      cwd,
      env: { ...env, ...wordsOf(letter) },
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    const said: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => {
      if (Buffer.concat(said).length < keptBytes) said.push(chunk)
    })
    child.stdin.on('error', () => {}) // it need not read
    child.stdin.end(letter.text)
    const cut = (why: string) => {
      if (child.pid !== undefined) killGroup(child.pid)
      over(unknown(why))
    }
    const timer = setTimeout(() => cut(`${program} took longer than ${timeoutMs} ms`), timeoutMs)
    const leave = () => cut(`${program} was cut off: we are leaving`)
    signal.addEventListener('abort', leave, { once: true })
    function over(delivered: Delivered): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      resolve(delivered)
    }
    child.on('error', (error) =>
      over(nothing(`${program} could not be started: ${error.message}`, 'soon')),
    )
    child.on('exit', (code, by) => {
      if (code === 0) return over({ did: 'performed', receipt: 'exit 0', output: '' })
      const last = Buffer.concat(said).toString('utf8').trim().split('\n').at(-1) ?? ''
      const why = `${program} ended with ${by ?? `exit ${code}`}${last === '' ? '' : `: ${last}`}`
      over(code === null ? unknown(why) : nothing(why, 'soon'))
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

const plain = (text: string): string => text.replaceAll('\0', '')

const wordsOf = ({ key, subject, urgent, data }: Letter): Record<string, string> => ({
  MIDWATCH_EFFECT_KEY: key,
  MIDWATCH_SUBJECT: plain(subject),
  MIDWATCH_URGENT: urgent ? '1' : '0',
  ...Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => /^[A-Za-z]\w*$/.test(name))
      .map(([name, value]) => [
        `MIDWATCH_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`,
        plain(typeof value === 'string' ? value : JSON.stringify(value)),
      ]),
  ),
})
