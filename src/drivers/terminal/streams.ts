// Our own standard streams. Output is written whole before a write returns, so that an ending program loses nothing;
// Node's own streams would cost a tenth of a short command. What is dear is loaded when it is asked for.

import { fstatSync, readFileSync, writeSync } from 'node:fs'

import type { TextStream } from './contract.ts'

/** Standard output (1) or standard error (2). */
export function textStream(
  descriptor: 1 | 2,
  env: Readonly<Record<string, string | undefined>>,
): TextStream {
  const isTerminal = () =>
    isCharacterDevice(descriptor) && process.getBuiltinModule('node:tty').isatty(descriptor)
  const stream = () => (descriptor === 1 ? process.stdout : process.stderr)
  return {
    get isTerminal() {
      return isTerminal()
    },
    get columns() {
      return (isTerminal() ? stream().columns : Number(env['COLUMNS'])) || 80
    },
    get colour() {
      if (env['NO_COLOR'] || env['TERM'] === 'dumb') return false
      return isTerminal() || /^([123]|true)$/.test(env['FORCE_COLOR'] ?? '')
    },
    write: (text) => writeWhole(descriptor, text),
  }
}

/** All of standard input as text. */
export const readStandardInput = (): Promise<string> =>
  process.getBuiltinModule('node:stream/consumers').text(process.stdin)

/** A file as text. Throws system errors. */
export const readTextFile = async (path: string): Promise<string> => readFileSync(path, 'utf8')

/** Spares the loading of `node:tty` where no terminal can be: files, pipes, and memory devices such as /dev/null. */
function isCharacterDevice(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor)
    return stat.isCharacterDevice() && stat.rdev >> 8 !== memoryDevices
  } catch {
    return false // closed
  }
}

/** The major number of /dev/null and its kin. */
const memoryDevices = 1

const fullPipeWaitMs = 5

/** A reader that went away (`midwatch list | head`) ends us quietly. */
function writeWhole(descriptor: 1 | 2, text: string | Uint8Array): void {
  let rest = typeof text === 'string' ? Buffer.from(text) : text
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE' || code === 'EBADF') process.exit(0)
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fullPipeWaitMs)
    }
  }
}

/**
 * All of standard input as bytes. Null for a terminal, /dev/null and a closed one: nobody says anything there. Who keeps
 * a pipe open without writing is waited for, and told so.
 */
export async function readInputBytes(): Promise<Uint8Array | null> {
  try {
    if (fstatSync(0).isCharacterDevice()) return null
  } catch {
    return null // closed
  }
  const told = setTimeout(
    () =>
      writeWhole(
        2,
        'midwatch: waiting for the end of standard input; --no-input leaves it alone\n',
      ),
    inputWaitMs,
  )
  try {
    return await process.getBuiltinModule('node:stream/consumers').buffer(process.stdin)
  } finally {
    clearTimeout(told)
  }
}

const inputWaitMs = 3_000
