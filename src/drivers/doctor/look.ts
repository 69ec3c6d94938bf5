// Looks of `doctor` at files that no other driver has reason to take. Nothing is changed by looking.

import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { OperatingError, systemCode } from '../../base/errors.ts'

/** Null when a file can be made in the folder; else why not (`EACCES`, `ENOSPC`, `EROFS` …). */
export function whyNotWritable(folder: string): string | null {
  const path = join(folder, `.midwatch-probe-${process.pid}`)
  try {
    writeFileSync(path, 'x', { flag: 'wx' })
    return null
  } catch (error) {
    return systemCode(error) ?? 'unknown'
  } finally {
    rmSync(path, { force: true })
  }
}

/**
 * SQLite's own quick check of a file: null when there is none, `ok`, the first thing that is broken, or why it could not
 * be looked at (as `explain` says), which tells nothing about the file.
 */
export function quickCheck(
  path: string,
  explain: (error: unknown, path: string) => unknown,
): string | OperatingError | null {
  if (!existsSync(path)) return null
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
    const row = db.prepare('PRAGMA quick_check(1)').get()
    return String(Object.values(row ?? {})[0] ?? 'no answer')
  } catch (error) {
    const why = explain(error, path)
    const couldNotLook = why instanceof OperatingError && why.code !== 'store.corrupt'
    return couldNotLook ? why : (error as Error).message
  } finally {
    db?.close()
  }
}
