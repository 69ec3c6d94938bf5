// Asks the kernel to start the wrapper, and puts its refusals into sentences. Either the wrapper was started, or an
// OperatingError `launch.*` is thrown and nothing runs.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type OperatingError, failed, systemCode } from '../../../base/errors.ts'
import type { LaunchOrder } from '../contract.ts'
import { markVariable, readStat } from '../../processes/process.ts'
import { sharedGitFolder } from '../git-folder.ts'
import { makeCgroup } from './cgroup.ts'
import { hiddenFolders, inSandbox, sandboxArguments, sandboxFileName } from './sandbox.ts'
import { type Files, layOut } from './session-files.ts'
import type { SpawnRequest } from './spawner-frame.ts'
import type { Spawned, Spawner } from './spawner.ts'
import { type WrapperOrder, wrapperArguments, wrapperShell } from './wrapper.ts'

/** What a POSIX shell carries on in its environment; other names it silently drops. */
const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A wrapper that was started. `onExit` calls back at its end, if we are its parent. */
export interface Asked {
  readonly pid: number
  readonly startTicks: string | null
  /** Who inherits what the session leaves behind, as far as that is known. */
  readonly reaper: number | null
  readonly onExit: (listener: () => void) => void
}

/** What is laid out for a session before it starts. */
export interface Ground {
  readonly files: Files
  /** The cgroup that is to be made for it; null for none. */
  readonly cgroup: string | null
}

/**
 * Lays the attempt's folder out and starts the wrapper detached, in a session of its own, with nothing of ours open: all by
 * the spawner, else by ourselves. A spawner that died with the request may have started it; then ours finds the ticket taken
 * and leaves.
 */
export async function askForWrapper(
  order: LaunchOrder,
  wrapping: WrapperOrder,
  mark: string,
  spawner: Spawner,
  { files, cgroup }: Ground,
): Promise<Asked> {
  const dir = wrapping.attemptDir
  const isFar = isLight(files) && !isSandboxed(order)
  if (!isFar) await layOut(dir, files)
  const inShell = sandboxed(order, wrapping, throughShell(order))
  const program = isSandboxed(order) ? inShell : [order.program, ...order.args]
  const command = wrapperArguments(wrapping, inShell)
  const env = { ...order.env, PWD: order.cwd, [markVariable]: mark }
  if (isPlain(order.cwd, program, env)) {
    const asked = { dir, cwd: order.cwd, env, ...(cgroup !== null && { cgroup }) }
    const forked = { command: program, wrapping: { ...wrapping, mark } }
    const ways = { forked, executed: { command: [wrapperShell, ...command] } }
    let spawned = await bySpawner(spawner, isFar ? { ...asked, lay: files } : asked, ways)
    if (spawned.is === 'unmade') {
      await layOut(dir, files)
      spawned = await bySpawner(spawner, asked, ways)
    }
    if (spawned.is === 'started') return { ...spawned, onExit: () => {} }
    if (spawned.is === 'errno') throw await refusalOf(spawned.error, order)
  }
  if (isFar) await layOut(dir, files)
  if (cgroup !== null) await makeCgroup(cgroup)
  return await byOurselves(order, command, env)
}

/** With the wrapper that it forks, or else the shell's. */
async function bySpawner(
  spawner: Spawner,
  asked: Omit<SpawnRequest, 'command'>,
  ways: Readonly<Record<'forked' | 'executed', Pick<SpawnRequest, 'command' | 'wrapping'>>>,
): Promise<Spawned> {
  const spawned = await spawner.start({ ...asked, ...ways.forked })
  return spawned.is === 'unable' ? await spawner.start({ ...asked, ...ways.executed }) : spawned
}

const lightBytes = 32_768

/** What fits into a request beside all else. */
const isLight = (files: Files): boolean =>
  Object.values(files).reduce((sum, text) => sum + text.length, 0) < lightBytes &&
  !Object.values(files).some((text) => text.includes('\0'))

/** What passes to another process as it is: no zero byte, no variable without a name. */
const isPlain = (cwd: string, command: readonly string[], env: Record<string, string>): boolean =>
  cwd !== '' &&
  ![cwd, ...command].some((word) => word.includes('\0')) &&
  !Object.entries(env).some(([name, value]) => /[=\0]|^$/.test(name) || value.includes('\0'))

async function byOurselves(
  order: LaunchOrder,
  command: readonly string[],
  env: Record<string, string>,
): Promise<Asked> {
  let child: ChildProcess
  try {
    child = spawn(wrapperShell, command, { cwd: order.cwd, detached: true, env, stdio: 'ignore' })
  } catch (error) {
    throw await refusalOf(error, order)
  }
  const early = new Promise<unknown>((resolve) => child.once('error', resolve))
  const { pid } = child
  if (pid === undefined) throw await refusalOf(await early, order)
  child.unref()
  return {
    pid,
    startTicks: readStat(pid)?.startTicks ?? null,
    reaper: null,
    onExit: (listener) => void child.once('exit', listener),
  }
}

export const isSandboxed = ({ bounds }: LaunchOrder): boolean =>
  bounds?.launching.kind === 'local' && bounds.launching.sandbox !== null

/** The command in its sandbox, where the order asks for one; its arguments are kept in the attempt's folder. */
function sandboxed(
  { bounds, cwd, env }: LaunchOrder,
  wrapping: WrapperOrder,
  command: readonly string[],
): readonly string[] {
  if (bounds?.launching.kind !== 'local' || bounds.launching.sandbox === null) return command
  const home = env['HOME']
  const homes = home?.startsWith('/') && home !== '/' ? [home] : []
  const empty = [...new Set([...hiddenFolders, ...homes])].filter((path) => existsSync(path))
  const git = sharedGitFolder(cwd)
  const writes = [...(git === null ? [] : [git]), wrapping.attemptDir, cwd]
  const bwrap = sandboxArguments(bounds, cwd, writes, empty)
  writeFileSync(join(wrapping.attemptDir, sandboxFileName), `${bwrap.join('\n')}\n`, {
    mode: 0o600,
  })
  return inSandbox(bwrap, wrapping, command)
}

/** Variables such as `discovery.type` pass the wrapper's shell as arguments of `env`. */
function throughShell({ env, program, args }: LaunchOrder): readonly string[] {
  const foreign = Object.entries(env).filter(([name]) => !shellName.test(name))
  if (foreign.length === 0) return [program, ...args]
  const assignments = foreign.map(([name, value]) => `${name}=${value}`)
  return ['/usr/bin/env', ...assignments, program, ...args]
}

/** The sentence for what the system refused while the folder was made or the wrapper started. */
export async function refusalOf(error: unknown, order: LaunchOrder): Promise<OperatingError> {
  const code = systemCode(error)
  const what = `attempt ${order.attemptId}`
  switch (code) {
    case 'E2BIG':
      return failed(
        'launch.too_large',
        `The system refused to start ${what}: its arguments and environment are too large ` +
          '(131,071 bytes for one of them, about 2 MB for all).',
        'Hand long texts over by standard input or a file.',
        error,
      )
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return failed(
        'launch.resource_exhausted',
        `The system had no process, file or memory left to start ${what} (${code}).`,
        'Lower the number of slots, or raise the limits of this user (ulimit -u, ulimit -n).',
        error,
      )
    case 'ENOSPC':
    case 'EDQUOT':
      return failed(
        'launch.disk_full',
        `The folder of ${what} could not be written: the disk is full (${code}).`,
        'Free some space on the disk of the fleet’s folder.',
        error,
      )
    case 'ERR_INVALID_ARG_VALUE':
      return failed(
        'launch.invalid',
        `The command of ${what} can’t be started: an argument or variable contains a zero byte.`,
        'Remove the zero byte, or hand the text over by standard input.',
        error,
      )
  }
  return (await cwdRefusal(error, order)) ?? otherRefusal(error, what)
}

/** `spawn` says ENOENT of the shell when it is the working directory that is missing. */
async function cwdRefusal(error: unknown, order: LaunchOrder): Promise<OperatingError | null> {
  const code = systemCode(error)
  const folder = await stat(order.cwd).catch((why: unknown) => systemCode(why))
  const remedy = 'Create it, or give the task another --cwd.'
  if (folder === 'ENOENT' || folder === 'ENOTDIR') {
    const sentence = `The working directory ${order.cwd} does not exist.`
    return failed('launch.cwd_missing', sentence, remedy, error)
  }
  if (folder !== null && typeof folder !== 'string' && !folder.isDirectory()) {
    const sentence = `The working directory ${order.cwd} is not a directory.`
    return failed('launch.cwd_missing', sentence, remedy, error)
  }
  if (code === 'EACCES' && (error as { syscall?: string }).syscall?.startsWith('spawn')) {
    const sentence = `The working directory ${order.cwd} may not be entered by this user.`
    return failed('launch.cwd_no_access', sentence, 'Change its permissions, or the --cwd.', error)
  }
  return null
}

function otherRefusal(error: unknown, what: string): OperatingError {
  const told = error instanceof Error ? error.message : String(error)
  return failed(
    'launch.refused',
    `The system refused to start ${what}: ${told}.`,
    `Check that ${wrapperShell} runs and that the fleet’s folder can be written.`,
    error,
  )
}
