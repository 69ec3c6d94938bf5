// A fleet that is moved to PostgreSQL: with everything it has and its ids, whole or not at all, and never while it works.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, expect, it } from 'vitest'

import { systemClock } from '../../../../../src/base/clock.ts'
import { systemRandom } from '../../../../../src/base/random.ts'
import { moveFleet } from '../../../../../src/drivers/store/postgres/move/open.ts'
import { openSqlite } from '../../../../../src/drivers/store/sqlite/open.ts'
import { type Postgres, usePostgres } from '../../../../support/postgres.ts'
import {
  afterTask,
  claimOne,
  enqueue,
  passed,
  settled,
  t0,
  taken,
  untilTime,
} from '../../conformance/wants.ts'
import { openAt } from '../../processes/address.ts'

const folder = mkdtempSync(join(tmpdir(), 'midwatch-move-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const parts = { clock: systemClock, random: systemRandom, tell: () => {} }
let files = 0

/** A fleet with something of everything. */
async function lived(): Promise<{ file: string; fleetId: string }> {
  files += 1
  const file = join(folder, `fleet-${files}.db`)
  const store = openSqlite({ path: file, clock: systemClock, random: systemRandom })
  const { id } = await settled(store, 'done', { now: t0 })
  await enqueue(store, { title: 'held \0 until', holds: [untilTime(t0 + 9_999)] })
  await enqueue(store, { title: 'after', holds: [afterTask(id)] })
  await taken(store)
  await enqueue(store, { title: 'ready', key: { key: 'k', scope: 'ever' } })
  await store.openIncident({
    key: 'law:x',
    title: 'x',
    data: { ...{ lanes: [], classes: [], tasks: [], release: 'r', changed: [] } } as never,
    now: t0,
  })
  passed(
    await store.enterHost({
      ...{ name: 'h1', bootId: 'b', pid: 7, startTicks: null, pulseAt: t0, running: true },
      holderAlive: () => false,
      now: t0,
    }),
  )
  await store.close()
  return { file, fleetId: store.fleetId }
}

const found = await usePostgres()
if ('postgres' in found) moving(found.postgres)
else it.skip(found.skip, () => {})

function moving(postgres: Postgres): void {
  const move = (file: string, url: string, isAlive = false) =>
    moveFleet({ ...parts, file, url, lives: () => isAlive })

  it('everything is there, under its ids, and new ids go on after the highest ever given', async () => {
    const { file, fleetId } = await lived()
    const { url, sql } = await postgres.create('empty')
    const before = openSqlite({ path: file, clock: systemClock, random: systemRandom })
    const [counts, facts] = [await before.counts(), await before.facts({ limit: 500 })]
    const newestTask = (await enqueue(before, { title: 'the newest' })).id
    await before.close()
    const moved = await move(file, url)
    expect(moved.wasThere).toBe(false)
    for (const { table, rows, hash } of moved.tables) {
      const [there] = await sql(`SELECT count(*) AS n FROM "${table}"`)
      expect([table, Number(there?.['n'])]).toEqual([table, rows])
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
    }
    const store = await openAt(url)
    expect(store.fleetId).toBe(fleetId)
    expect(await store.counts()).toEqual({ ...counts, ready: counts.ready + 1 })
    expect((await store.facts({ limit: 500 })).slice(0, facts.length)).toEqual(facts)
    expect((await enqueue(store)).id).toBe(newestTask + 1)
    expect((await claimOne(store)).attempt.id).toBe(2)
    expect((await sql("SELECT title FROM tasks WHERE title LIKE 'held%'"))[0]?.['title']).toBe(
      'held \uFFFD until',
    )
    await expect(sql("UPDATE tasks SET outcome = 'failed' WHERE outcome = 'done'")).rejects.toThrow(
      /settled and stays so/,
    )
    await store.close()
    expect(() => openSqlite({ path: file, ...parts })).toThrow(/was moved from/)
  })

  it('who had the file before it was moved is refused by it afterwards, and what they read stays', async () => {
    const { file } = await lived()
    const { url, sql } = await postgres.create('empty')
    const assistant = openSqlite({ path: file, ...parts })
    await enqueue(assistant, { title: 'in time' })
    await move(file, url)
    await expect(enqueue(assistant, { title: 'too late' })).rejects.toMatchObject({
      code: 'store.moved',
      message: expect.stringContaining('was moved'),
      remedy: expect.stringContaining('store:'),
    })
    await expect(assistant.renew({ host: 'h1', leaseUntil: t0, now: t0 })).rejects.toMatchObject({
      code: 'store.moved',
    })
    expect(await assistant.counts()).toMatchObject({ ready: 3 })
    await assistant.close()
    const late = "SELECT title FROM tasks WHERE title LIKE '%time' OR title LIKE '%late'"
    expect(await sql(late)).toEqual([{ title: 'in time' }])
  })

  it('of two moves at once to two databases one is refused', async () => {
    const { file } = await lived()
    const [first, second] = [await postgres.create('empty'), await postgres.create('empty')]
    const schema = new pg.Client(second.url)
    await schema.connect()
    await schema.query('BEGIN')
    await schema.query("SELECT pg_advisory_xact_lock(hashtextextended('midwatch:migrate', 0))")
    const held = move(file, second.url) // has seen that the file is here, and waits for the schema
    await move(file, first.url)
    await schema.query('ROLLBACK')
    await expect(held).rejects.toMatchObject({ code: 'store.moved' })
    await schema.end()
    expect(await second.sql('SELECT id FROM tasks')).toEqual([])
  })

  it('a table that takes its time to be read ends no move, whatever the server’s patience is', async () => {
    const { file } = await lived()
    const { url, name, sql } = await postgres.create('empty')
    await sql(`ALTER DATABASE ${name} SET idle_in_transaction_session_timeout = '100ms'`)
    const pause = new Int32Array(new SharedArrayBuffer(4))
    const slowly = () => void Atomics.wait(pause, 0, 0, 250)
    const moved = await moveFleet({ ...parts, tell: slowly, file, url, lives: () => false })
    expect(moved.wasThere).toBe(false)
  })

  it('a fleet whose dispatcher runs is refused, and nothing is written', async () => {
    const { file } = await lived()
    const { url, sql } = await postgres.create('empty')
    await expect(move(file, url, true)).rejects.toMatchObject({ code: 'migrate.running' })
    expect(await sql('SELECT id FROM tasks')).toEqual([])
    await openSqlite({ path: file, ...parts }).close()
  })

  it('a database that holds another fleet is left as it is', async () => {
    const { file } = await lived()
    const { url } = await postgres.create('migrated')
    const other = await openAt(url)
    await enqueue(other, { title: 'of another fleet' })
    await expect(move(file, url)).rejects.toMatchObject({ code: 'migrate.not_empty' })
    expect(await other.counts()).toMatchObject({ ready: 1, held: 0 })
    await other.close()
  })

  it('a move that fails in the middle leaves nothing there, and the file as it was', async () => {
    const { file } = await lived()
    const { url, sql } = await postgres.create('migrated')
    await sql("ALTER TABLE facts ADD CONSTRAINT no CHECK (kind <> 'task.settled')")
    await expect(move(file, url)).rejects.toThrow()
    expect(await sql('SELECT id FROM tasks')).toEqual([])
    await sql('ALTER TABLE facts DROP CONSTRAINT no')
    expect((await move(file, url)).wasThere).toBe(false)
  })

  it('one that was killed before the file was marked finds its rows there, and marks it', async () => {
    const { file } = await lived()
    const { url } = await postgres.create('empty')
    await move(file, url)
    const db = new DatabaseSync(file)
    db.exec("DELETE FROM meta WHERE key = 'moved_to'")
    db.close()
    expect((await move(file, url)).wasThere).toBe(true)
    expect(() => openSqlite({ path: file, ...parts })).toThrow(/was moved from/)
  })
}
