// What SQLite's result codes mean to people. https://www.sqlite.org/rescode.html

import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'

import { failed, OperatingError, refused, systemCode, tryAgain } from '../../../base/errors.ts'

const ERROR = 1
const FULL = 13
const CANTOPEN = 14
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const NOTADB = 26
const CONSTRAINT = 19

/** The primary result code of an error thrown by `node:sqlite`, or null. */
function resultCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : null
}

/** Whether another process holds the database right now. */
export const isBusy = (error: unknown): boolean => {
  const code = resultCode(error)
  return code === BUSY || code === LOCKED
}

/** Whether the statement itself was refused: it does not fit what the database holds. */
export const isRefusedStatement = (error: unknown): boolean => resultCode(error) === ERROR

/** Less than one page of the shared index. */
const fullBytes = 32_768

function freeBytes(path: string): number | null {
  try {
    const disk = statfsSync(dirname(path))
    return disk.bavail * disk.bsize
  } catch {
    return null // nobody knows
  }
}

/** What a file that was moved to PostgreSQL answers to whoever would write in it. */
export const movedWord = (to: string): string => `${movedPrefix}${to}`
const movedPrefix = 'this fleet was moved to PostgreSQL at '

/** The refusal of a file that was moved to PostgreSQL. */
export const movedFrom = (path: string, to: string): OperatingError =>
  refused(
    'store.moved',
    `this fleet was moved from ${path} to PostgreSQL at ${to}`,
    'name that as `store:` in midwatch.yaml, and start again what had this file open',
  )

/** The operating error behind a SQLite error; the error itself when it is a programmer's. */
export function explain(error: unknown, path: string, free = freeBytes): unknown {
  if (error instanceof OperatingError) return error
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return tryAgain(
        'store.busy',
        `the database ${path} is busy in another process`,
        'try again in a moment',
        error,
      )
    case FULL:
      return full(error, path)
    case READONLY:
      return failed(
        'store.read_only',
        `the database ${path} cannot be written`,
        'make the file and its folder writable for this user',
        error,
      )
    case CANTOPEN:
      return failed(
        'store.cannot_open',
        `the database ${path} cannot be opened`,
        'check that its folder exists, is writable and has space',
        error,
      )
    case CORRUPT:
    case NOTADB:
      return failed(
        'store.corrupt',
        `the file ${path} is not a sound Midwatch database`,
        'move it aside and restore a backup; `midwatch doctor` says more',
        error,
      )
    case IOERR:
      // A full disk that refuses a page of the shared index is told as a failed write.
      if ((free(path) ?? fullBytes) < fullBytes) return full(error, path)
      return failed(
        'store.io',
        `reading or writing ${path} failed`,
        'check the disk; `midwatch doctor` says more',
        error,
      )
    case CONSTRAINT: {
      const said = error instanceof Error ? error.message : ''
      return said.startsWith(movedPrefix) ? movedFrom(path, said.slice(movedPrefix.length)) : error
    }
    default:
      return systemCode(error) === 'ERR_INVALID_STATE'
        ? failed('store.closed', `the store ${path} is closed`, 'open it again', error)
        : error
  }
}

const full = (error: unknown, path: string): OperatingError =>
  failed(
    'store.disk_full',
    `the disk of ${path} is full`,
    'free some space; nothing was half-written',
    error,
  )
