// The file by which a wrapper that another service starts is told its program and its environment. What passes through a
// service manager or a container engine is seen by others, is expanded, or loses newlines; a file of the attempt's
// folder, mode 600, that the wrapper reads once and empties, does none of that.

import { assert } from '../../../base/assert.ts'
import { failed, type OperatingError } from '../../../base/errors.ts'
import type { LaunchOrder } from '../contract.ts'
import { replace } from './session-files.ts'
import { wrapperFileName, wrapperText } from './wrapper.ts'

const launchFileName = 'launch'

/** What the kernel takes as one argument or variable, without its final zero byte (MAX_ARG_STRLEN). */
const maxWordBytes = 131_071

/** Names that a POSIX shell carries; what it keeps for itself, and ours, pass as arguments of `env` instead. */
const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/
const shellsOwn =
  /^(mw_.*|BASH_.*|BASHOPTS|SHELLOPTS|PPID|UID|EUID|GROUPS|OPTIND|OPTARG|IFS|LINENO|RANDOM|SECONDS|FUNCNAME|DIRSTACK|HISTCMD|_)$/

const isShells = (name: string): boolean => shellName.test(name) && !shellsOwn.test(name)

/** Lays wrapper and launch file into the attempt's folder. Throws OperatingError `launch.*`, or the system's error. */
export async function layWrapper(attemptDir: string, order: LaunchOrder): Promise<void> {
  const refusal = whyUnlaunchable(order)
  if (refusal !== null) throw refusal
  await replace(attemptDir, wrapperFileName, wrapperText)
  await replace(attemptDir, launchFileName, launchFile(order.program, order.args, order.env))
}

/** The text that sets a shell's arguments to the program's, and exports its environment, all of it. */
export function launchFile(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  const variables = Object.entries(env)
  const foreign = variables.filter(([name]) => !isShells(name))
  const assigned = foreign.map(([name, value]) => `${name}=${value}`)
  const words = foreign.length === 0 ? [program] : ['/usr/bin/env', ...assigned, program]
  const exported = variables.filter(([name]) => isShells(name))
  const lines = exported.map(([name, value]) => `export ${name}=${quoted(value)}`)
  return [`set -- ${[...words, ...args].map(quoted).join(' ')}`, ...lines, ''].join('\n')
}

/** Why this order cannot be handed to any program; null when it can. */
function whyUnlaunchable(order: LaunchOrder): OperatingError | null {
  const variables = Object.entries(order.env).map(([name, value]) => `${name}=${value}`)
  const words = [order.program, order.cwd, ...order.args, ...variables]
  const what = `attempt ${order.attemptId}`
  if (words.some((word) => word.includes('\0')))
    return failed(
      'launch.invalid',
      `The command of ${what} can’t be started: an argument or variable contains a zero byte.`,
      'Remove the zero byte, or hand the text over by standard input.',
    )
  if (!words.some((word) => Buffer.byteLength(word) > maxWordBytes)) return null
  return failed(
    'launch.too_large',
    `The system would refuse to start ${what}: an argument or variable is larger than ${maxWordBytes} bytes.`,
    'Hand long texts over by standard input or a file.',
  )
}

function quoted(word: string): string {
  assert(!word.includes('\0'), 'no word holds a zero byte')
  return `'${word.replaceAll("'", `'\\''`)}'`
}
