// A copy of the embedded database while others work in it: SQLite's own online backup, made beside its place, proven sound,
// and only then put there. Who is killed meanwhile leaves no half copy under the name.

import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

import { failed, refused } from '../../../base/errors.ts'
import type { Backups } from '../contract/backups.ts'
import { explain } from './errors.ts'

/** Copies the database at `from` to `to`. Throws OperatingError `store.*` and `backup.unsound`. */
export async function backupSqlite(from: string, to: string): Promise<{ bytes: number }> {
  const draft = `${to}.part`
  try {
    mkdirSync(dirname(to), { recursive: true })
    rmSync(draft, { force: true })
    const db = new DatabaseSync(from, { readOnly: true, timeout: 5_000 })
    try {
      // One snapshot for the whole copy: without it every write of others begins the copying anew, and it may never end.
      db.exec('BEGIN')
      db.prepare('SELECT count(*) FROM sqlite_schema').get()
      await backup(db, draft)
    } finally {
      db.close()
    }
    await requireSound(draft)
    renameSync(draft, to)
    return { bytes: statSync(to).size }
  } catch (error) {
    rmSync(draft, { force: true })
    throw explain(error, to)
  }
}

/**
 * Nothing that is there is written over unless somebody says so, and never the database that is copied: also under another
 * name. Throws OperatingError `backup.exists` and `backup.itself`.
 */
export function requireFree(from: string, to: string, over: boolean): void {
  const there = statSync(to, { throwIfNoEntry: false })
  if (there === undefined) return
  const own = [from, `${from}-wal`, `${from}-shm`].map((path) =>
    statSync(path, { throwIfNoEntry: false }),
  )
  if (own.some((one) => one !== undefined && one.ino === there.ino && one.dev === there.dev))
    throw refused(
      'backup.itself',
      `${to} is the database of this fleet, not a place for its copy`,
      'name another file',
    )
  if (there.isDirectory()) throw refused('backup.exists', `${to} is a folder`, 'name a file in it')
  if (!over)
    throw refused(
      'backup.exists',
      `${to} is there already, and nothing is written over`,
      'name another file, or `--force` it',
    )
}

/** Reads the whole copy, which takes a second for some hundred megabytes: in a process of its own. */
async function requireSound(path: string): Promise<void> {
  // Not by `promisify`: the built program loads modules of Node late, by functions without properties.
  const told = await new Promise<string>((resolve, reject) => {
    const args = ['-e', soundText, path]
    execFile(process.execPath, args, { env: {} }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    )
  })
  const { said, error } = JSON.parse(told) as { said?: string; error?: { message: string } }
  if (error !== undefined) throw Object.assign(new Error(error.message), error)
  if (said !== 'ok')
    throw failed('backup.unsound', `the copy is not sound: ${said}`, '`midwatch doctor` says more')
}

/** As text, so that it runs from the built file as from the source. */
const soundText = `
const { DatabaseSync } = require('node:sqlite')
let result
try {
  const db = new DatabaseSync(process.argv[1])
  try {
    result = { said: String(Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0]) }
    db.exec('PRAGMA journal_mode = DELETE') // one file, complete in itself
  } finally {
    db.close()
  }
} catch (error) {
  result = { error: { ...error, message: error.message } }
}
process.stdout.write(JSON.stringify(result))
`

const dated = /^fleet-[0-9TZ-]+\.db$/

/** Automatic backups in a folder, oldest first. */
const backupsIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => dated.test(name))
      .sort()
      .map((name) => join(folder, name))
  } catch {
    return [] // none was made yet
  }
}

/** Copies of the embedded database in a folder, named by their date. */
export const sqliteBackups = (database: string, folder: string): Backups => ({
  async make(name, keep) {
    const path = join(folder, name)
    const { bytes } = await backupSqlite(database, path)
    for (const old of backupsIn(folder).slice(0, -keep)) rmSync(old, { force: true })
    return { path, bytes }
  },
  newestAt: () => {
    const newest = backupsIn(folder).at(-1)
    return newest === undefined ? null : statSync(newest).mtimeMs
  },
})
