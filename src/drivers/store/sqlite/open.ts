// The embedded store: one file, write-ahead log, every commit on the disk before anybody is told of it, as by
// synchronous=FULL. Several processes of one host share the file, so the command line works while no daemon runs. A touched
// `wake` file tells the others.

import { closeSync, type FSWatcher, openSync, utimesSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { Clock } from '../../../base/clock.ts'
import { failed } from '../../../base/errors.ts'
import type { Random } from '../../../base/random.ts'
import { assembleStore } from '../assemble.ts'
import type { Store } from '../contract.ts'
import { explain, isBusy, movedFrom } from './errors.ts'
import { type SqliteExecutor, sqliteExecutor } from './executor.ts'
import { type LogSync, logSync } from './log-sync.ts'
import { migrateSqlite } from './migrate.ts'

/** SQLite below 3.51.3 may corrupt a WAL database that two connections checkpoint at once. */
const oldestSafe = [3, 51, 3] as const

/** While opening, another process may be making or migrating the file, and nothing else runs here yet. */
const openingBusyMs = 5_000
/** Afterwards SQLite may not block the event loop; the executor waits from the loop. */
const workingBusyMs = 5

/** A write-ahead log that grew beyond this is cut once it is written back. */
const walKeptBytes = 64 * 1_048_576

export interface OpenSqlite {
  /** Path of the file, or `:memory:`. */
  readonly path: string
  readonly clock: Clock
  readonly random: Random
  /** How writes that arrive together are gathered; two turns of the loop unless the world is simulated. */
  readonly soon?: (flush: () => void) => void
  /** How the connection is made, for whoever wants a hand on it. */
  readonly connect?: (path: string, how: { readonly timeout: number }) => DatabaseSync
}

/** Opens, and where needed creates and migrates. Throws OperatingError `store.*`. */
export function openSqlite(options: OpenSqlite): Store {
  const { path, clock, random } = options
  const connect: OpenSqlite['connect'] = (at, how) => new DatabaseSync(at, how)
  let db: DatabaseSync | null = null
  try {
    db = (options.connect ?? connect)(path, { timeout: openingBusyMs })
    requireSafeLibrary(db)
    db.exec('PRAGMA auto_vacuum = INCREMENTAL') // counts only before the first table is made
    becomeWal(db)
    db.exec('PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON')
    db.exec('PRAGMA temp_store = MEMORY') // what a guard may undo is remembered without a file
    // Nobody is told of a step: one that a power cut takes back is taken again, and the log keeps their order.
    db.exec('PRAGMA synchronous = NORMAL')
    migrateSqlite(db, clock.now(), () => random.hex(6))
    const fleetId = String(
      db.prepare("SELECT value FROM meta WHERE key = 'fleet_id'").get()?.['value'],
    )
    requireHere(db, path)
    const soon = options.soon ?? afterTwoTurns
    db.exec(`PRAGMA journal_size_limit = ${walKeptBytes}`)
    db.exec(`PRAGMA busy_timeout = ${workingBusyMs}`)
    // From here on commits are carried to the disk by us; SQLite still sees to what a checkpoint and a new log need.
    const alone = path === ':memory:'
    const log = alone ? null : logSync(path)
    const executor = sqliteExecutor({ db, path, clock, random, soon, alone, ...log })
    return assembleStore(executor, { fleetId, ...doors(db, path, executor, log) })
  } catch (error) {
    db?.close()
    throw explain(error, path)
  }
}

/** A fleet that was moved goes on elsewhere; nobody may go on here as well. Throws OperatingError `store.moved`. */
export function requireHere(db: DatabaseSync, path: string): void {
  const moved = db.prepare("SELECT value FROM meta WHERE key = 'moved_to'").get()
  if (moved === undefined) return
  throw movedFrom(path, String(moved['value']))
}

/** What answers arrive in the next turn of the loop share the commit: a quarter fewer of them at full load. */
const afterTwoTurns = (flush: () => void): void => void setImmediate(() => setImmediate(flush))

/**
 * The first of several processes makes the file's journal a WAL; SQLite answers the others "busy" at once, without its
 * usual patience, because they could wait for each other for ever.
 */
function becomeWal(db: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let left = openingBusyMs / pauseMs; ; left -= 1) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || left <= 0) throw error
      Atomics.wait(pause, 0, 0, pauseMs)
    }
  }
}

const pauseMs = 5

function requireSafeLibrary(db: DatabaseSync): void {
  const version = String(db.prepare('SELECT sqlite_version() AS v').get()?.['v'])
  const parts = version.split('.').map(Number)
  const at = oldestSafe.findIndex((wanted, i) => (parts[i] ?? 0) !== wanted)
  if (at >= 0 && (parts[at] ?? 0) < (oldestSafe[at] ?? 0))
    throw failed(
      'store.old_sqlite',
      `this Node carries SQLite ${version}, which can corrupt a shared database`,
      'use a Node with SQLite 3.51.3 or newer',
    )
}

function doors(db: DatabaseSync, path: string, executor: SqliteExecutor, log: LogSync | null) {
  const wakeFile = path === ':memory:' ? null : join(dirname(path), 'wake')
  const watchers = new Set<FSWatcher>()
  const touch = () => {
    if (wakeFile === null) return
    closeSync(openSync(wakeFile, 'a'))
    const seconds = performance.timeOrigin / 1000 + performance.now() / 1000
    utimesSync(wakeFile, seconds, seconds)
  }
  return {
    watch(onChange: () => void): () => void {
      if (wakeFile === null) return () => {}
      touch()
      const watcher = watch(wakeFile, onChange)
      watcher.on('error', () => watcher.close()) // polling is the guarantee
      watchers.add(watcher)
      return () => {
        watchers.delete(watcher)
        watcher.close()
      }
    },
    poke: () => touch(), // it is the file of one host
    ready: executor.ready,
    async close(): Promise<void> {
      for (const watcher of watchers) watcher.close()
      await executor.drain()
      log?.close()
      if (db.isOpen) db.close()
    },
  }
}
