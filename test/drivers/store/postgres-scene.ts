// What the tests of PostgreSQL in bad weather stand on: databases, stores, raw sessions and wires, each gone after its test.

import pg from 'pg'
import { afterEach } from 'vitest'

import type { Store } from '../../../src/drivers/store/contract.ts'
import type { Database, Postgres } from '../../support/postgres.ts'
import { cuttable, type Wire } from '../../support/wire.ts'
import { openAt } from './processes/address.ts'

export interface Scene {
  newDatabase(kind?: 'migrated' | 'empty'): Promise<Database>
  newWire(): Promise<Wire>
  open(url: string): Promise<Store>
  /** A client of its own, past the store. */
  session(url: string): Promise<pg.Client>
  /** Something else to be undone after the test. */
  after(undo: () => unknown): void
}

/** Called once per test file. */
export function scene(postgres: Postgres): Scene {
  const undone: (() => unknown)[] = []
  afterEach(async () => {
    for (const undo of undone.splice(0).toReversed()) await undo()
  })
  const after = (undo: () => unknown) => void undone.push(undo)
  return {
    after,
    async newDatabase(kind = 'migrated') {
      const database = await postgres.create(kind)
      after(() => database.drop())
      return database
    },
    async newWire() {
      const wire = await cuttable(postgres)
      after(() => wire.close())
      return wire
    },
    async open(url) {
      const store = await openAt(url)
      after(() => store.close())
      return store
    },
    async session(url) {
      const client = new pg.Client(url)
      client.on('error', () => {}) // its server may be gone before it
      await client.connect()
      after(() => client.end())
      return client
    },
  }
}
