// The database of a simulated world, as only the world sees it: under the store and its verbs.

import { DatabaseSync } from 'node:sqlite'

import type { Store } from '../src/drivers/store/contract.ts'
import { openSqlite, type OpenSqlite } from '../src/drivers/store/sqlite/open.ts'

const databases = new WeakMap<Store, DatabaseSync>()

/** A store in memory, whose database the world keeps a hand on. */
export function openWorldStore(options: Pick<OpenSqlite, 'clock' | 'random'>): Store {
  let db: DatabaseSync | null = null
  const store = openSqlite({
    ...options,
    path: ':memory:',
    soon: queueMicrotask,
    connect: (path, how) => {
      db = new DatabaseSync(path, how)
      return db
    },
  })
  if (db !== null) databases.set(store, db)
  return store
}

/** Every row there is, with the name of its table. */
export function* everyRow(store: Store): Generator<readonly [table: string, row: object]> {
  const db = databases.get(store)
  if (db === undefined) return
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  for (const { name } of tables)
    for (const row of db.prepare(`SELECT * FROM "${String(name)}"`).iterate())
      yield [String(name), row]
}
