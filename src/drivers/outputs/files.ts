// Reads `.midwatch/attempts/<id>/out` and `err`. Keeps no file open between two looks, so a file that was cut or
// replaced is simply read anew. A session may have put anything there: no link is followed, no pipe waited for.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  watch,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { systemCode } from '../../base/errors.ts'
import type { Outputs } from './contract.ts'

/** The output files below a fleet's `.midwatch`. */
export function fileOutputs(stateDir: string): Outputs {
  const folderOf = (attemptId: number) => join(stateDir, 'attempts', String(attemptId))
  return {
    read: (attemptId, stream, offset, maxBytes) =>
      readSome(join(folderOf(attemptId), stream), offset, maxBytes),
    size: (attemptId, stream) => sizeOf(join(folderOf(attemptId), stream)),
    printedAt: (attemptId) => {
      const folder = folderOf(attemptId)
      const times = ['out', 'err'].flatMap((stream) => printedIn(join(folder, stream)) ?? [])
      return times.length === 0 ? null : Math.max(...times)
    },
    attempts: () => namesIn(join(stateDir, 'attempts')).filter(isId).map(Number),
    drop: (attemptId) => rm(folderOf(attemptId), { recursive: true, force: true }),
    changed: (attemptId, withinMs, signal) => folderChanged(folderOf(attemptId), withinMs, signal),
  }
}

const isId = (name: string): boolean => /^[1-9]\d*$/.test(name)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [] // nothing was ever started
    throw error
  }
}

const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

function sizeOf(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat?.isFile() ? stat.size : 0
}

function printedIn(path: string): number | null {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat?.isFile() && stat.size > 0 ? Math.floor(stat.mtimeMs) : null
}

function readSome(path: string, offset: number, maxBytes: number): Buffer {
  const file = openIfThere(path)
  if (file === null) return Buffer.alloc(0)
  try {
    const stat = fstatSync(file)
    const length = stat.isFile() ? Math.min(maxBytes, Math.max(0, stat.size - offset)) : 0
    const buffer = Buffer.alloc(length)
    return buffer.subarray(0, length === 0 ? 0 : readSync(file, buffer, 0, length, offset))
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, readFlags)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return null
    throw error
  }
}

function folderChanged(folder: string, withinMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    let close = () => {}
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      close()
      resolve()
    }
    const timer = setTimeout(done, withinMs)
    signal.addEventListener('abort', done, { once: true })
    try {
      const watcher = watch(folder, done)
      watcher.on('error', done)
      close = () => watcher.close()
    } catch {
      // the folder is not there yet, or watches are used up: the time limit remains
    }
  })
}
