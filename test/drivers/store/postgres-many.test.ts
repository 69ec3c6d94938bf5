// What many say of different rows in one moment is asked of PostgreSQL at once, and each hears of its own row.

import { sql } from 'kysely'
import pg from 'pg'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { keyed, putting } from '../../../src/drivers/store/many.ts'
import { postgresExecutor } from '../../../src/drivers/store/postgres/executor.ts'
import { merged, type Said } from '../../../src/drivers/store/postgres/merged.ts'
import { all, first, last, type Script, tell } from '../../../src/drivers/store/script.ts'
import {
  type Statement,
  statement,
  statementCompiler,
} from '../../../src/drivers/store/statement.ts'
import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { scene } from './postgres-scene.ts'

interface Noted {
  id: number
  text: string | null
  from: number
}
const types = { id: 'bigint', text: 'text', from: 'bigint' } as const
const note = keyed<Noted, { id: number; text: string | null }>(
  'note',
  { key: 'id', column: 'id', types },
  (its, of) => sql<{
    id: number
    text: string | null
  }>`UPDATE notes SET n = n + 1, text = ${of('text')}
    WHERE ${its} AND n = ${of('from')} RETURNING id, text`,
)
const put = putting<{ id: number; text: string | null }, { id: number; n: number }>(
  'put',
  { key: 'id', types: { id: 'bigint', text: 'text' } },
  (rows) => sql<{ id: number; n: number }>`INSERT INTO notes (id, text) ${rows} RETURNING id, n`,
)
const alone = statement<{ id: number }>('alone', (_db, arg) => sql`SELECT ${arg('id')}::bigint`)

describe('what is said side by side', () => {
  const manner = { compile: statementCompiler('postgres'), named: true }
  const said = <A extends object, R>(by: number, of: Statement<A, R>, args: A): Said => ({
    by,
    ask: { statement: of as unknown as Statement<never, unknown>, args },
  })
  const placesOf = (line: readonly Said[]) => merged(line, manner).map(({ places }) => places)
  const noted = (id: number) => ({ id, text: null, from: 0 })

  it('is one question for one statement, and everybody’s own order stays', () => {
    const line = [
      said(0, note, noted(1)),
      said(0, put, { id: 5, text: '' }),
      said(1, note, noted(2)),
      said(1, put, { id: 6, text: '' }),
      said(2, put, { id: 7, text: '' }),
      said(2, note, noted(3)),
    ]
    expect(placesOf(line)).toEqual([[0, 2], [1, 3, 4], [5]])
  })

  it('is asked twice where two speak of one row, and where a statement serves one alone', () => {
    expect(placesOf([said(0, note, noted(1)), said(1, note, noted(1))])).toEqual([[0], [1]])
    expect(placesOf([said(0, alone, { id: 1 }), said(1, alone, { id: 1 })])).toEqual([[0], [1]])
  })
})

const found = await usePostgres()
if ('postgres' in found) running(found.postgres)
else it.skip(found.skip, () => {})

function running(postgres: Postgres): void {
  const { newDatabase, session, after } = scene(postgres)

  async function stage() {
    const database = await newDatabase('empty')
    const raw = await session(database.url)
    await raw.query(
      'CREATE TABLE notes (id BIGINT PRIMARY KEY, n BIGINT NOT NULL DEFAULT 0, text TEXT)',
    )
    await raw.query('CREATE TABLE said (n SERIAL, statement TIMESTAMPTZ, what TEXT)')
    await raw.query(`CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO said (what) VALUES (TG_OP); RETURN NULL; END $$`)
    await raw.query('CREATE TRIGGER t AFTER INSERT OR UPDATE ON notes EXECUTE FUNCTION told()')
    const types = { getTypeParser: ((oid: number) => (oid === 20 ? Number : String)) as never }
    const options = '-c synchronous_commit=on' // as the store's own connections are
    const pool = new pg.Pool({ connectionString: database.url, max: 4, types, options })
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    after(() => pool.end())
    const parts = { pool, where: 'here', clock: systemClock, random: systemRandom }
    const statements = async () => (await raw.query('SELECT what FROM said ORDER BY n')).rows
    return { ...postgresExecutor(parts), raw, statements }
  }
  const owning = (id: number) => ({ owns: [`${id}`] })

  it('each row has its own fence and its own answer, whatever its text holds', async () => {
    const { write, raw, statements } = await stage()
    const texts = [
      '"quoted", {braced}',
      'back\\slash\\"',
      'line\nand\ttab',
      null,
      '',
      'NULL',
      'a\0b',
    ]
    const putOne = (text: string | null, id: number) =>
      write(() => first(put, { id, text }), owning(id))
    expect(await Promise.all(texts.map(putOne))).toEqual(texts.map((_, id) => ({ id, n: 0 })))
    const rows = (await raw.query('SELECT text FROM notes ORDER BY id')).rows
    expect(rows.map(({ text }) => text)).toEqual([...texts.slice(0, -1), 'a\uFFFDb'])
    const noteOne = (id: number) =>
      write(() => all(note, { id, text: `for ${id}`, from: id === 2 ? 7 : 0 }), owning(id))
    expect(await Promise.all([4, 2, 0, 99].map(noteOne))).toEqual([
      [{ id: 4, text: 'for 4' }],
      [],
      [{ id: 0, text: 'for 0' }],
      [],
    ])
    expect(await statements()).toEqual([{ what: 'INSERT' }, { what: 'UPDATE' }])
  })

  it('who keeps step is asked behind the other in the same trip, who does not waits', async () => {
    const { write } = await stage()
    await write(() => all(put, { id: 1, text: '' }))
    const order: string[] = []
    const step = (name: string, from: number) =>
      function* (): Script<number> {
        order.push(`${name} asks`)
        const rows = yield* all(note, { id: 1, text: name, from })
        order.push(`${name} hears`)
        return rows.length
      }
    const inStep = { owns: ['1'], inStep: true }
    const both = [write(step('first', 0), inStep), write(step('second', 1), inStep)]
    expect(await Promise.all(both)).toEqual([1, 1])
    expect(order).toEqual(['first asks', 'second asks', 'first hears', 'second hears'])
    order.length = 0
    await Promise.all([write(step('first', 2), inStep), write(step('second', 3), { owns: ['1'] })])
    expect(order).toEqual(['first asks', 'first hears', 'second asks', 'second hears'])
  })

  it('last words go with the commit, and wait for whoever has more to say', async () => {
    const { write, inOneTrip = write, raw } = await stage()
    const heard: string[] = []
    const words = (id: number) =>
      function* (): Script<number> {
        const rows = yield* last(all(put, { id, text: 'last' }))
        heard.push(`${id} hears`)
        return rows.length
      }
    expect(await Promise.all([1, 2].map((id) => inOneTrip(words(id), owning(id))))).toEqual([1, 1])
    function* longer(): Script<number> {
      yield* all(put, { id: 3, text: 'first' })
      heard.push('3 goes on')
      return (yield* all(note, { id: 3, text: 'then', from: 0 })).length
    }
    expect(await Promise.all([write(words(4), owning(4)), write(longer, owning(3))])).toEqual([
      1, 1,
    ])
    expect(heard).toEqual(['1 hears', '2 hears', '4 hears', '3 goes on'])
    const rows = (await raw.query('SELECT id::int, text FROM notes ORDER BY id')).rows
    expect(rows.map(({ text }) => text)).toEqual(['last', 'last', 'then', 'last'])
  })

  it('what is said behind last words is no silent loss', async () => {
    const { inOneTrip, raw } = await stage()
    function* talking(): Script<void> {
      yield* last(all(put, { id: 1, text: 'last' }))
      yield* all(put, { id: 2, text: 'lost' })
    }
    await expect(inOneTrip?.(talking, owning(1))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('last words') },
    })
    expect((await raw.query('SELECT id::int FROM notes')).rows).toEqual([{ id: 1 }])
  })

  it('what one told comes before what its successor asks, whoever else asks the same', async () => {
    const { write, raw } = await stage()
    await write(() => all(put, { id: 1, text: '' }))
    await write(() => all(put, { id: 2, text: '' }))
    function* telling(): Script<void> {
      yield* all(alone, { id: 1 })
      yield* tell(note, { id: 1, text: 'told', from: 0 })
    }
    const asking = (id: number, from: number) => () => all(note, { id, text: 'asked', from })
    function* late(): Script<void> {
      yield* all(alone, { id: 2 })
      yield* all(note, { id: 2, text: 'asked', from: 0 })
    }
    const ends = [write(late, owning(2)), write(telling, owning(1)), write(asking(1, 1), owning(1))]
    await Promise.all(ends)
    const rows = (await raw.query('SELECT id::int, n::int, text FROM notes ORDER BY id')).rows
    expect(rows).toEqual([
      { id: 1, n: 2, text: 'asked' },
      { id: 2, n: 1, text: 'asked' },
    ])
  })

  it('what is told is on the disk, also where others may have its rows before', async () => {
    const { write, raw } = await stage()
    const place = statement<object, { lsn: string }>(
      'place',
      () => sql<{ lsn: string }>`SELECT pg_current_wal_insert_lsn()::text AS lsn`,
    )
    function* taking(id: number): Script<string | undefined> {
      yield* all(put, { id, text: 'x'.repeat(500) })
      return (yield* first(place, {}))?.lsn
    }
    for (let id = 1; id < 20; id++) {
      const lsn = await write(() => taking(id), 'brisk')
      const flushed = await raw.query('SELECT pg_current_wal_flush_lsn() > $1::pg_lsn AS is', [lsn])
      expect(flushed.rows).toEqual([{ is: true }])
    }
  })
}
