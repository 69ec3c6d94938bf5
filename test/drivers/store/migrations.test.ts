// Migrations: whole or not at all, step by step, forward only, by one process at a time.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { describe, expect, it } from 'vitest'

import { migrations } from '../../../src/drivers/store/migrations/list.ts'
import { migratePostgres } from '../../../src/drivers/store/postgres/migrate.ts'
import { migrateSqlite } from '../../../src/drivers/store/sqlite/migrate.ts'
import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { openAt } from './processes/address.ts'
import { afterStatement } from './processes/interrupted.ts'
import { start } from './processes/run.ts'
import { claimOne, passed, settleArgs, success, t0, want } from './conformance/wants.ts'

/** A new and empty database, and what its schema is. */
interface Blank {
  readonly address: string
  sql(text: string): Promise<Record<string, unknown>[]>
  schema(): Promise<unknown>
  /** Migrates, but throws after the nth statement. */
  migrateUntil(n: number): Promise<void>
  drop(): Promise<void>
}

const stop = () => {
  throw new Error('interrupted')
}
const noUsage = { inputTokens: 0, outputTokens: 0, turns: 0, sessionId: null }
const known = migrations.map((migration) => migration.id)

it('migrations are numbered one after the other', () => {
  expect(known).toEqual(known.map((_, i) => i + 1))
})
const statements = { sqlite: 0, postgres: 0 }
for (const migration of migrations) {
  statements.sqlite += migration.sqlite.length
  statements.postgres += migration.postgres.length
}

const found = await usePostgres()
migrates('sqlite', blankSqlite, every(statements.sqlite + 8, 1))
if ('postgres' in found)
  migrates('postgres', () => blankPostgres(found.postgres), every(statements.postgres + 12, 5))
else it.skip(found.skip, () => {})

function migrates(
  driver: string,
  makeBlank: () => Promise<Blank>,
  interruptions: readonly number[],
): void {
  const on = (title: string, judge: (blank: Blank) => Promise<void>) =>
    it(title, async () => {
      const blank = await makeBlank()
      try {
        await judge(blank)
      } finally {
        await blank.drop()
      }
    })

  describe(`migrations on ${driver}`, () => {
    on('a new database has every step, and opening it again changes nothing', async (blank) => {
      const first = await openAt(blank.address)
      await first.close()
      const before = [await blank.schema(), await blank.sql('SELECT * FROM migrations ORDER BY id')]
      expect((before[1] as { id: unknown }[]).map((row) => Number(row.id))).toEqual(known)
      const second = await openAt(blank.address)
      await second.close()
      expect(second.fleetId).toBe(first.fleetId)
      expect([
        await blank.schema(),
        await blank.sql('SELECT * FROM migrations ORDER BY id'),
      ]).toEqual(before)
    })

    it.each(parts(interruptions))(
      'one that is interrupted in its $part goes on from its last whole step',
      async ({ points }) => {
        const whole = await makeBlank()
        await (await openAt(whole.address)).close()
        const schema = await whole.schema()
        const interrupted: number[] = []
        for (const n of points) {
          const blank = await makeBlank()
          await blank.migrateUntil(n).then(
            () => {},
            (error) => {
              expect(String(error)).toContain('interrupted')
              interrupted.push(n)
            },
          )
          await (await openAt(blank.address)).close()
          expect([n, await blank.schema()]).toEqual([n, schema])
          await blank.drop()
        }
        expect(interrupted.length).toBeGreaterThan(points.length / 2)
        await whole.drop()
      },
    )

    on('one that is killed in the middle of a step goes on as well', async (blank) => {
      for (const n of [3, 9, 40]) {
        const { signal, lines } = await start('migrate.ts', [blank.address, String(n)]).ended
        expect([n, signal, lines]).toEqual([n, 'SIGKILL', []])
      }
      const store = await openAt(blank.address)
      expect((await store.counts()).ready).toBe(0)
      await store.close()
      expect(
        (await blank.sql('SELECT id FROM migrations ORDER BY id')).map((row) => Number(row['id'])),
      ).toEqual(known)
    })

    on('what was spent before the ledger of it came stands in it', async (blank) => {
      const store = await openAt(blank.address)
      const accounts = ['a', 'b'].map((name) => `account:${name}`)
      const usages = [0.5, 0.25, null].map((costUsd) => ({ ...noUsage, inputTokens: 2, costUsd }))
      for (const usage of usages) {
        const { task } = await store.enqueue({ ...want(), now: t0 })
        const { attempt } = await claimOne(store, { lanes: ['fleet', ...accounts], now: t0 })
        passed(await store.end({ attemptId: attempt.id, verdict: success, usage, now: t0 }))
        passed(await store.settle(settleArgs({ task, attempt })))
      }
      await store.close()
      const ledger = 'SELECT account, quarter, usd, tokens FROM spending ORDER BY account'
      const before = await blank.sql(ledger)
      expect(before.map(({ account, usd }) => [account, usd])).toEqual([
        ['', 0.75],
        ['a', 0.75],
        ['b', 0.75],
      ])
      await blank.sql('DROP TABLE spending')
      await blank.sql("DELETE FROM migrations WHERE name = 'spending'")
      await (await openAt(blank.address)).close()
      expect(await blank.sql(ledger)).toEqual(before)
    })

    on('a database of a newer version is refused with a sentence and left alone', async (blank) => {
      await (await openAt(blank.address)).close()
      await blank.sql("INSERT INTO migrations (id, name, applied_at) VALUES (999, 'future', 1)")
      const before = await blank.schema()
      await expect(openAt(blank.address)).rejects.toMatchObject({
        code: 'store.newer',
        message: expect.stringContaining('newer Midwatch (it has migration 999'),
        remedy: expect.stringContaining('install'),
      })
      expect(await blank.schema()).toEqual(before)
    })

    on('a step that does not fit what is there is refused with a sentence', async (blank) => {
      await (await openAt(blank.address)).close()
      await blank.sql("DELETE FROM migrations WHERE name = 'effects'")
      const before = await blank.schema()
      await expect(openAt(blank.address)).rejects.toMatchObject({
        code: 'store.migration',
        message: expect.stringMatching(/migration 5 \(effects\) could not be applied: .*effects/),
        remedy: expect.stringContaining('restore a backup'),
      })
      expect(await blank.schema()).toEqual(before)
    })

    on('four processes that open a new database at once all get the same fleet', async (blank) => {
      const openers = Array.from({ length: 4 }, () => start('open.ts', [blank.address]))
      for (const one of openers) await one.line(/here/)
      for (const one of openers) one.child.stdin?.end()
      const ends = await Promise.all(openers.map((one) => one.ended))
      expect(ends.map((end) => [end.code, end.errors])).toEqual(ends.map(() => [0, '']))
      expect(new Set(ends.map((end) => end.lines[1])).size).toBe(1)
      expect(
        (await blank.sql('SELECT id FROM migrations ORDER BY id')).map((row) => Number(row['id'])),
      ).toEqual(known)
    })
  })
}

/** The same points in ten runs, so that none of them takes long. */
function parts(points: readonly number[]) {
  const tenth = Math.ceil(points.length / 10)
  return Array.from({ length: 10 }, (_, i) => points.slice(i * tenth, (i + 1) * tenth))
    .filter((some) => some.length > 0)
    .map((some) => ({ part: `statements ${some[0]} to ${some.at(-1)}`, points: some }))
}

async function blankSqlite(): Promise<Blank> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-migrations-'))
  const address = join(folder, 'fleet.db')
  const using = <T>(work: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(address)
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  return {
    address,
    sql: async (text) => using((db) => db.prepare(text).all()),
    schema: async () =>
      using((db) => db.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all()),
    migrateUntil: async (n) =>
      using((db) => migrateSqlite(afterStatement(db, 'exec', n, stop), 1, () => 'fleet')),
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function blankPostgres(postgres: Postgres): Promise<Blank> {
  const database = await postgres.create('empty')
  return {
    address: database.url,
    sql: database.sql,
    schema: () =>
      database.sql(`SELECT conrelid::regclass::text AS of, pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE conrelid <> 0
        UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT table_name, column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public'
        ORDER BY 1, 2`),
    async migrateUntil(n) {
      const client = new pg.Client(database.url)
      await client.connect()
      try {
        await migratePostgres(afterStatement(client, 'query', n, stop), 1, 'fleet')
      } finally {
        await client.end()
      }
    },
    drop: database.drop,
  }
}

function every(count: number, step: number): number[] {
  return Array.from({ length: Math.floor(count / step) }, (_, i) => 1 + i * step)
}
