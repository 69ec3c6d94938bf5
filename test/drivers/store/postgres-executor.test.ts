// How scripts are run on PostgreSQL: in few trips, together in one commit, but each for itself.

import { sql } from 'kysely'
import pg from 'pg'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { postgresExecutor } from '../../../src/drivers/store/postgres/executor.ts'
import {
  add,
  all,
  alone,
  first,
  type How,
  type Script,
  tell,
  together,
} from '../../../src/drivers/store/script.ts'
import { statement } from '../../../src/drivers/store/statement.ts'
import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { scene } from './postgres-scene.ts'

const put = statement<{ n: number }>(
  'put',
  (_db, arg) => sql`INSERT INTO seen (n, tx) VALUES (${arg('n')}, pg_current_xact_id()::text::int)`,
)
const count = statement<object, { n: number }>(
  'count',
  () => sql<{ n: number }>`SELECT count(*) AS n FROM seen`,
)
const addTo = statement<{ name: string; by: number }>(
  'addTo',
  (_db, arg) => sql`INSERT INTO sums (name, n) VALUES (${arg('name')}, ${arg('by')})
    ON CONFLICT (name) DO UPDATE SET n = sums.n + excluded.n`,
)
const echo = statement<{ text: string }, { text: string }>(
  'echo',
  (_db, arg) => sql<{ text: string }>`SELECT ${arg('text')}::text AS text`,
)
const broken = statement<object>('broken', () => sql`SELECT 1 / 0`)

function* write(n: number): Script<number> {
  yield* tell(put, { n })
  yield* add(addTo, { name: `of ${n % 2}` }, { by: n })
  return n
}

function* refused(n: number): Script<never> {
  yield* all(put, { n })
  throw new Error('refused')
}

function* counted(): Script<number> {
  return Number((yield* first(count, {}))?.n)
}

const found = await usePostgres()
if ('postgres' in found) running(found.postgres)
else it.skip(found.skip, () => {})

function running(postgres: Postgres): void {
  const { newDatabase, session, after } = scene(postgres)

  async function stage() {
    const database = await newDatabase('empty')
    const raw = await session(database.url)
    await raw.query('CREATE TABLE seen (n INT NOT NULL UNIQUE, tx INT NOT NULL)')
    await raw.query('CREATE TABLE sums (name TEXT PRIMARY KEY, n INT NOT NULL)')
    const pool = new pg.Pool({ connectionString: database.url, max: 4 })
    pool.on('error', () => {}) // its database may be gone before it
    after(() => pool.end())
    let trips = 0
    pool.on('connect', (client) => {
      client.on('error', () => {})
      const ask = client.query.bind(client) as (...args: unknown[]) => unknown
      client.query = ((...args: unknown[]) => {
        trips += 1
        return ask(...args)
      }) as typeof client.query
    })
    const parts = { pool, where: 'here', clock: systemClock, random: systemRandom }
    const executor = postgresExecutor(parts)
    const owning = (n: number): How => ({ owns: [`${n}`] })
    const seen = async () => (await raw.query('SELECT n, tx FROM seen ORDER BY n')).rows
    const sums = async () => (await raw.query('SELECT name, n FROM sums ORDER BY name')).rows
    return { ...executor, owning, seen, sums, raw, trips: () => trips }
  }

  describe('writes of one moment', () => {
    it('share one transaction and its trips, and add to a total once', async () => {
      const { write: run, owning, seen, sums, trips } = await stage()
      const values = await Promise.all([1, 2, 3, 4].map((n) => run(() => write(n), owning(n))))
      const rows = await seen()
      expect([values, rows.map(({ n }) => n)]).toEqual([
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ])
      expect(new Set(rows.map(({ tx }) => tx)).size).toBe(1)
      expect(trips()).toBe(1)
      expect(await sums()).toEqual([
        { name: 'of 0', n: 6 },
        { name: 'of 1', n: 4 },
      ])
    })

    it('that fail leave nothing, and their fellows everything', async () => {
      const { write: run, owning, seen, sums } = await stage()
      const asked = [
        run(() => write(1), owning(1)),
        run(() => refused(2), owning(2)),
        run(() => all(broken, {}), owning(3)),
        run(() => write(4), owning(4)),
      ]
      const ends = await Promise.allSettled(asked)
      expect(ends.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
      ])
      expect((await seen()).map(({ n }) => n)).toEqual([1, 4])
      expect(await sums()).toEqual([
        { name: 'of 0', n: 4 },
        { name: 'of 1', n: 1 },
      ])
      expect(await run(() => write(5), owning(5))).toBe(5)
    })

    it('that own the same take turns, and who wants to be alone comes last', async () => {
      const { write: run } = await stage()
      const order: string[] = []
      function* step(name: string): Script<void> {
        order.push(`${name} begins`)
        yield* all(count, {})
        if (name === 'alone') yield* alone()
        yield* all(count, {})
        order.push(`${name} ends`)
      }
      const how = { owns: ['a'] }
      await Promise.all([
        run(() => step('alone'), { owns: ['b'] }),
        run(() => step('first'), how),
        run(() => step('second'), how),
      ])
      expect(order).toEqual([
        'alone begins',
        'first begins',
        'first ends',
        'second begins',
        'second ends',
        'alone ends',
      ])
    })

    it('go on by themselves while one of them waits for somebody else’s lock', async () => {
      const { write: run, owning, raw } = await stage()
      await run(() => write(1), owning(1))
      await raw.query('BEGIN')
      await raw.query('LOCK TABLE sums')
      const waiting = run(() => write(2), owning(2))
      await new Promise((resolve) => setImmediate(resolve))
      function* other(): Script<void> {
        yield* tell(put, { n: 3 })
      }
      await run(other, owning(3))
      await raw.query('COMMIT')
      expect(await waiting).toBe(2)
    })
  })

  describe('questions', () => {
    it('of scripts side by side make one trip, each with its own answer, and see what was told before', async () => {
      const { write: run, trips } = await stage()
      function* script(): Script<readonly unknown[]> {
        yield* tell(put, { n: 7 })
        return yield* together(counted(), first(echo, { text: 'a\0b' }), counted())
      }
      expect(await run(script)).toEqual([1, { text: 'a\uFFFDb' }, 1])
      expect(trips()).toBe(2) // and the commit
    })

    it('are prepared anew where a migration changed what they answer', async () => {
      const { read, write: run, raw } = await stage()
      const everything = statement<object, object>(
        'everything',
        () => sql<object>`SELECT * FROM seen`,
      )
      await run(() => write(1))
      expect(await read(() => all(everything, {}))).toHaveLength(1)
      await raw.query('ALTER TABLE seen ADD COLUMN more INT')
      expect(await read(() => all(everything, {}))).toMatchObject([{ n: 1, more: null }])
      expect(await run(() => all(everything, {}))).toMatchObject([{ n: 1, more: null }])
    })

    it('of reads asked in one moment make one trip; one that fails fails alone', async () => {
      const { read, trips } = await stage()
      expect(await Promise.all([read(counted), read(counted), read(counted)])).toEqual([0, 0, 0])
      expect(trips()).toBe(1)
      const ends = await Promise.allSettled([read(counted), read(() => all(broken, {}))])
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      expect(await read(counted)).toBe(0)
    })
  })
}
