// The host `local`: the machine this process runs on. Light to load, because every command of the command line does it;
// what runs checks is loaded when the first check runs.

import { accessSync, constants, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import { delimiter, isAbsolute, resolve } from 'node:path'
import { assert } from '../../base/assert.ts'
import { type Clock, systemClock } from '../../base/clock.ts'
import { readBootId } from './boot-id.ts'
import type { Host } from './contract.ts'
import { folderAsker } from './folders.ts'

export interface LocalHostOptions {
  /** The environment of this process. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The name this host goes by; null for the machine's own. */
  readonly name?: string | null
  /** Keeps the commands of one fleet apart from those of another; null where no owner is ever named. */
  readonly fleetId?: string | null
  readonly clock?: Clock
}

/** Variables of ours that no session inherits by accident: they would speak for another attempt or fleet. */
const ownVariable = /^MIDWATCH_/

/** The machine we run on. Throws OperatingError `host.no_boot_id`. */
export function createLocalHost(options: LocalHostOptions): Host {
  const clock = options.clock ?? systemClock
  return {
    name: options.name ?? hostname(),
    bootId: readBootId(),
    pid: process.pid,
    asRoot: process.getuid?.() === 0,
    baseEnv: inheritable(options.env),
    folder: folderAsker(),
    resolveProgram: async (program, cwd, pathVariable) =>
      resolveProgram(program, cwd, pathVariable),
    runShell: async (command, cwd, env, timeoutMs, signal, owner) => {
      const { runBounded } = await import('./shell.ts')
      const mark = owner === undefined ? null : markOf(options, owner)
      return await runBounded({ command, cwd, env, timeoutMs, signal, mark }, clock)
    },
    emptyShell: async (owner) => {
      const { emptyMarked } = await import('./shell.ts')
      return await emptyMarked(markOf(options, owner), clock)
    },
    freeBytes,
  }
}

/** Under this mark a later process finds again what an owner's command started. */
function markOf({ fleetId }: LocalHostOptions, owner: string): string {
  assert(fleetId !== undefined && fleetId !== null, 'an owner is named within a fleet')
  return `check:${fleetId}:${owner}`
}

function inheritable(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(env).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && !ownVariable.test(entry[0])
  })
  return Object.fromEntries(given)
}

/** As execvp would find it: a name with a slash from `cwd`, any other along the path; an empty entry of it is `cwd`. */
function resolveProgram(program: string, cwd: string, pathVariable: string): string | null {
  if (program === '' || program.includes('\0')) return null
  const folders = program.includes('/') ? [''] : pathVariable.split(delimiter)
  for (const folder of folders) {
    const path = isAbsolute(program) ? program : resolve(cwd, folder, program)
    if (isProgram(path)) return path
  }
  return null
}

function isProgram(path: string): boolean {
  try {
    // First what throws nothing: a search walks through many folders in which it is not.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not ours to execute
  }
}

async function freeBytes(path: string): Promise<number | null> {
  try {
    const disk = await statfs(path)
    return disk.bavail * disk.bsize
  } catch {
    return null // not there, or a file system that does not tell
  }
}
