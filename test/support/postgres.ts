// PostgreSQL for a test file: fresh databases, each a copy of one that was migrated once for this file. Where the
// machine has no PostgreSQL the tests are skipped with that sentence, except in CI, where that is a failure.

import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll } from 'vitest'

import { assert } from '../../src/base/assert.ts'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { openPostgres } from '../../src/drivers/store/postgres/open.ts'
import { askDoor } from './door.ts'

export interface Postgres {
  /** Folder of the server's socket. */
  readonly folder: string
  readonly port: number
  /** A new database; `empty` ones are not migrated. */
  create(kind?: 'migrated' | 'empty'): Promise<Database>
}

export interface Database {
  readonly name: string
  readonly url: string
  /** Raw SQL through a connection of its own. */
  sql(text: string): Promise<Record<string, unknown>[]>
  /** It is gone by the end of the file. */
  drop(): Promise<void>
}

/** The run's PostgreSQL, or the sentence why there is none. Asked for at the top of a test file. */
export async function usePostgres(): Promise<{ postgres: Postgres } | { skip: string }> {
  const answer = await askDoor<{ folder: string; port: number } | { missing: string }>('postgres')
  assert(answer !== null, 'a test file runs in a test run')
  if ('missing' in answer) {
    if (process.env['CI'] === 'true')
      throw new Error(`in CI PostgreSQL may not be missing: ${answer.missing}`)
    console.warn(`tests on PostgreSQL are skipped: ${answer.missing}`)
    return { skip: answer.missing }
  }
  return { postgres: await databases(answer.folder, answer.port) }
}

async function databases(folder: string, port: number): Promise<Postgres> {
  const address = (name: string) => `postgres:///${name}?host=${folder}&port=${port}&user=postgres`
  // Not by pid: within one run a later file may be given the pid of an earlier one.
  const prefix = `file_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client(address('postgres'))
  // Before the first test: one that keeps the loop busy for a minute would have the server give up the greeting.
  await admin.connect()
  const dropping = await dropper(address('postgres'))
  let template: Promise<string> | null = null
  let count = 0
  afterAll(async () => {
    await dropping.end()
    if (template !== null)
      await admin.query(`DROP DATABASE IF EXISTS ${await template} WITH (FORCE)`)
    await admin.end()
  })

  async function makeTemplate(): Promise<string> {
    const name = `${prefix}_template`
    await admin.query(`CREATE DATABASE ${name}`)
    const store = await openPostgres({
      url: address(name),
      clock: systemClock,
      random: systemRandom,
    })
    await store.close()
    return name
  }

  return {
    folder,
    port,
    async create(kind = 'migrated') {
      if (kind === 'migrated') template ??= makeTemplate()
      const from = kind === 'migrated' ? await template : 'template0'
      count += 1
      await dropping.few()
      const name = `${prefix}_${count}`
      // The files are copied: as a log of its own each copy would take twice the time.
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY file_copy`)
      return database(dropping.drop, name, address(name))
    },
  }
}

const fewAtMost = 3

/** Drops databases one after the other, beside the tests that follow: whoever was connected takes his time to leave. */
async function dropper(url: string) {
  const admin = new pg.Client(url)
  await admin.connect()
  const doomed: Promise<unknown>[] = []
  return {
    drop(name: string): void {
      const gone = admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      gone.catch(() => {}) // told by who waits for it
      doomed.push(gone)
    },
    /** The memory of the machine holds them all: few are left to be dropped. */
    async few(): Promise<void> {
      while (doomed.length > fewAtMost) await doomed.shift()
    },
    async end(): Promise<void> {
      await Promise.all(doomed)
      await admin.end()
    },
  }
}

function database(drop: (name: string) => void, name: string, url: string): Database {
  let client: pg.Client | null = null
  return {
    name,
    url,
    async sql(text) {
      if (client === null) {
        client = new pg.Client(url)
        client.on('error', () => {}) // ended below, or by a test that restarts the server
        await client.connect()
      }
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(text)
      return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? []
    },
    async drop() {
      await client?.end()
      drop(name)
    },
  }
}
