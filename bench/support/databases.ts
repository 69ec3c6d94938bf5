// Filled stores for a bench, of either driver, alike in everything but their size.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import type { Store } from '../../src/drivers/store/contract.ts'
import { openPostgres } from '../../src/drivers/store/postgres/open.ts'
import { openSqlite } from '../../src/drivers/store/sqlite/open.ts'
import { startServer } from '../../test/support/postgres-server.ts'
import { fillPostgres, fillSqlite, type Size } from './big-database.ts'
import { memoryFolder, withScratch } from './scratch.ts'
import { type Row, skipped } from './table.ts'

const parts = { clock: systemClock, random: systemRandom }

/** A driver for as long as a bench lasts. */
export interface Databases {
  readonly driver: string
  open(size: Size): Promise<Store>
  stop(): Promise<void>
}

/** SQLite files below `dir`. */
const sqliteDatabases = (dir: string): Databases => ({
  driver: 'SQLite',
  async open(size) {
    const path = join(mkdtempSync(join(dir, 'sqlite-')), 'fleet.db')
    await openSqlite({ path, ...parts }).close()
    fillSqlite(path, size)
    return openSqlite({ path, ...parts })
  },
  stop: async () => {},
})

/** Databases of a throw-away PostgreSQL; or why there is none here. */
async function postgresDatabases(): Promise<Databases | { readonly missing: string }> {
  const found = await startServer()
  if ('missing' in found) return found
  const { server } = found
  const address = (name: string) =>
    `postgres:///${name}?host=${server.folder}&port=${server.port}&user=postgres`
  let made = 0
  return {
    driver: 'PostgreSQL',
    async open(size) {
      const name = `bench_${++made}`
      const admin = new pg.Client(address('postgres'))
      await admin.connect()
      await admin.query(`CREATE DATABASE ${name}`)
      await admin.end()
      const store = await openPostgres({ url: address(name), ...parts })
      await fillPostgres(address(name), size)
      return store
    },
    stop: () => server.stop(),
  }
}

/** What `measure` says of each driver; one that is not here is told as skipped, under `what`. */
export async function onBothDrivers(
  what: string,
  measure: (databases: Databases) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const onSqlite = await withScratch((dir) => measure(sqliteDatabases(dir)), memoryFolder(4e9))
  const postgres = await postgresDatabases()
  const onPostgres =
    'missing' in postgres
      ? [skipped(`PostgreSQL: ${what}`, postgres.missing)]
      : await measure(postgres)
  return [...onSqlite, ...onPostgres]
}
