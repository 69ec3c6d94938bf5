// Starts a process of a test: a TypeScript file of this folder with words as arguments. Each is ended with its test.

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** Processes of the same files start three times as fast when what was compiled is kept. */
const compiled = join(import.meta.dirname, '../../../../node_modules/.cache/midwatch-tests')

export interface Running {
  readonly child: ChildProcess
  /** Lines it has written so far. */
  readonly lines: readonly string[]
  /** Resolves when a line matches, or rejects when the process ended without it. */
  line(pattern: RegExp): Promise<string>
  /** How it ended, and everything it wrote. */
  readonly ended: Promise<{
    code: number | null
    signal: string | null
    lines: readonly string[]
    errors: string
  }>
}

/** `wrap` is put before the command, for namespaces and other users. */
export function start(
  file: string,
  args: readonly string[],
  wrap: readonly string[] = [],
): Running {
  const [program = '', ...rest] = [
    ...wrap,
    process.execPath,
    join(import.meta.dirname, file),
    ...args,
  ]
  const child = spawn(program, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let part = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const texts = (part + chunk.toString()).split('\n')
    part = texts.pop() ?? ''
    lines.push(...texts)
    for (const look of waiting) look()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  child.stdin.on('error', () => {}) // it may be gone
  const ended = new Promise<Awaited<Running['ended']>>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, lines, errors }))
  })
  return { child, lines, line: (pattern) => untilLine(pattern, lines, waiting, ended), ended }
}

function untilLine(
  pattern: RegExp,
  lines: readonly string[],
  waiting: Set<() => void>,
  ended: Running['ended'],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = lines.find((line) => pattern.test(line))
      if (found === undefined) return
      waiting.delete(look)
      resolve(found)
    }
    waiting.add(look)
    look()
    ended.then(({ errors }) => {
      look()
      reject(new Error(`it ended without a line like ${pattern}: ${errors}`))
    }, reject)
  })
}
