// Bad weather for PostgreSQL: lost connections at every moment of a verb, servers that refuse, hosts that stop in the
// middle. What can be tried again is; what is not known is said; what was late is not skipped.

import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { OperatingError } from '../../../src/base/errors.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { explain } from '../../../src/drivers/store/postgres/errors.ts'
import { type Database, type Postgres, usePostgres } from '../../support/postgres.ts'
import {
  claimOne,
  enqueue,
  kindsOf,
  passed,
  stateOf,
  t0,
  taken,
  want,
} from './conformance/wants.ts'
import { openAt } from './processes/address.ts'

const found = await usePostgres()
const endings: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

if ('postgres' in found) weather(found.postgres)
else it.skip(found.skip, () => {})

function weather(postgres: Postgres): void {
  const newDatabase = async (kind: 'migrated' | 'empty' = 'migrated'): Promise<Database> => {
    const database = await postgres.create(kind)
    endings.push(() => database.drop())
    return database
  }
  const open = async (url: string): Promise<Store> => {
    const store = await openAt(url)
    endings.push(() => store.close())
    return store
  }

  describe('a connection that is lost', () => {
    it('before COMMIT was sent: the verb is done, once', async () => {
      const database = await newDatabase()
      for (const moment of ['BEGIN', 'insertTask', 'insertFact']) {
        const wire = await cuttable(postgres)
        const store = await open(wire.url(database.name))
        await enqueue(store, { title: 'before' })
        wire.cutAt(moment, 'before')
        const { id } = await enqueue(store, { title: moment })
        expect([moment, wire.cuts(), await kindsOf(store, id)]).toEqual([
          moment,
          1,
          ['task.enqueued'],
        ])
        expect((await database.sql(`SELECT id FROM tasks WHERE title = '${moment}'`)).length).toBe(
          1,
        )
      }
    })

    it('in the middle of COMMIT: it says that nobody knows, and is not done twice', async () => {
      const database = await newDatabase()
      const wire = await cuttable(postgres)
      const store = await open(wire.url(database.name))
      await enqueue(store)
      wire.cutAt('COMMIT\0', 'after')
      await expect(enqueue(store, { title: 'doubtful' })).rejects.toMatchObject({
        code: 'store.answer_unknown',
        exit: 'tryAgain',
      })
      expect(wire.cuts()).toBe(1)
      expect((await database.sql("SELECT id FROM tasks WHERE title = 'doubtful'")).length).toBe(1)
      expect((await store.counts()).ready).toBe(2)
    })

    it('while nothing is asked: the next verb has another one', async () => {
      const database = await newDatabase()
      const store = await open(database.url)
      await Promise.all([1, 2, 3].map(() => enqueue(store)))
      await database.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'midwatch' AND datname = current_database()",
      )
      await Promise.all([1, 2, 3].map(() => enqueue(store)))
      expect((await store.counts()).ready).toBe(6)
    })

    it('for good: it is told with the address and without the password', async () => {
      const error = await refusal(() =>
        openAt(`postgres://bob:secret@/fleet?host=${join(tmpdir(), 'no-such-folder')}`),
      )
      expect([error.code, error.exit]).toEqual(['store.unreachable', 'tryAgain'])
      expect(error.message).toContain('no-such-folder/fleet')
      expect(error.message).not.toContain('secret')
    })
  })

  describe('a server that refuses', () => {
    it('says which database is missing', async () => {
      const { url } = await newDatabase('empty')
      expect((await refusal(() => openAt(url.replace(/\/file_\w+/, '/never_made')))).code).toBe(
        'store.no_database',
      )
    })

    it('says who is not let in, and who may not make tables', async () => {
      const { url, name, sql } = await newDatabase('empty')
      await sql(`CREATE ROLE out_${name} NOLOGIN; CREATE ROLE guest_${name} LOGIN`)
      endings.push(() => sql(`DROP ROLE out_${name}; DROP ROLE guest_${name}`))
      expect(
        (await refusal(() => openAt(url.replace('user=postgres', `user=out_${name}`)))).code,
      ).toBe('store.auth')
      expect(
        (await refusal(() => openAt(url.replace('user=postgres', `user=guest_${name}`)))).code,
      ).toBe('store.forbidden')
      expect(await sql("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([])
    })

    it('lets nobody write: reading goes on', async () => {
      const { url, name, sql } = await newDatabase()
      await enqueue(await open(url))
      await sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
      const store = await open(url)
      expect((await refusal(() => enqueue(store))).code).toBe('store.read_only')
      expect((await store.counts()).ready).toBe(1)
    })

    it('grants no more connections: it is told, and the ones there are go on', async () => {
      const { url, name, sql } = await newDatabase()
      await sql(
        `CREATE ROLE one_${name} LOGIN CONNECTION LIMIT 1; GRANT ALL ON ALL TABLES IN SCHEMA public TO one_${name}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO one_${name}`,
      )
      const own = url.replace('user=postgres', `user=one_${name}`)
      const store = await openAt(own)
      expect((await refusal(() => openAt(own))).code).toBe('store.too_many_connections')
      expect((await enqueue(store)).id).toBe(1)
      await store.close()
      await sql(`DROP OWNED BY one_${name}; DROP ROLE one_${name}`)
    })

    it('explains what else it may answer, with a remedy each', () => {
      const codes = {
        53100: 'store.disk_full',
        53200: 'store.out_of_memory',
        '42P01': 'store.not_migrated',
        58030: 'store.io',
        XX001: 'store.corrupt',
        57014: 'store.busy',
        '57P01': 'store.unreachable',
        '08006': 'store.unreachable',
        54000: 'store.too_long',
        '28P01': 'store.auth',
      }
      for (const [code, name] of Object.entries(codes)) {
        const explained = explain(
          Object.assign(new Error('said the server'), { code }),
          'db.example/fleet',
        )
        expect(explained).toMatchObject({ code: name, remedy: expect.stringMatching(/\w/) })
      }
      const password = explain(
        new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
        'x',
      )
      expect(password).toMatchObject({ code: 'store.auth' })
      const ours = new TypeError('our own mistake')
      expect(explain(ours, 'x')).toBe(ours)
    })
  })

  describe('transactions of others', () => {
    it('that end in a deadlock with a verb only delay it', async () => {
      const { url, sql } = await newDatabase()
      const store = await open(url)
      const { task, attempt } = await taken(store)
      const other = new pg.Client(url)
      await other.connect()
      endings.push(() => other.end())
      await other.query("SET deadlock_timeout = '20s'") // so that the verb is the one that gives way
      await other.query('BEGIN')
      await other.query(`SELECT 1 FROM attempts WHERE id = ${attempt.id} FOR UPDATE`)
      const verb = store.settleByHand({
        taskId: task.id,
        outcome: 'cancelled',
        by: 'ann',
        reason: '',
        now: t0,
      })
      const waiting =
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
      await until(async () => (await sql(waiting)).length > 0)
      await other.query(`SELECT 1 FROM tasks WHERE id = ${task.id} FOR UPDATE`)
      expect(await stateOf(store, task.id)).toBe('taken')
      await other.query('COMMIT')
      passed(await verb)
      expect((await kindsOf(store, task.id)).slice(2)).toEqual([
        'task.settled',
        'attempt.stop_asked',
      ])
    })

    it('that commit late are not skipped by who reads on from a fact', async () => {
      const { url } = await newDatabase()
      const store = await open(url)
      await enqueue(store)
      const late = new pg.Client(url)
      await late.connect()
      endings.push(() => late.end())
      await late.query('BEGIN')
      await late.query(
        'INSERT INTO facts (at, kind, body_json) VALUES (1, \'config.refused\', \'{"kind":"config.refused","error":"late"}\')',
      )
      await enqueue(store)
      expect((await store.facts({ after: 1, limit: 9 })).map((fact) => fact.id)).toEqual([])
      expect((await store.facts({ limit: 9, newestFirst: true })).map((fact) => fact.id)).toEqual([
        3, 1,
      ])
      await late.query('COMMIT')
      await until(async () => (await store.facts({ after: 1, limit: 9 })).length === 2)
      expect((await store.facts({ after: 1, limit: 9 })).map((fact) => fact.body.kind)).toEqual([
        'config.refused',
        'task.enqueued',
      ])
    })
  })

  describe('hints', () => {
    it('wake another process, few for many, and come back after a lost connection', async () => {
      const { url, sql } = await newDatabase()
      const [here, there] = [await open(url), await open(url)]
      let heard = 0
      const stop = there.watch(() => {
        heard += 1
      })
      await until(async () => heard === 1) // it listens now: what came before may have been missed
      for (let i = 0; i < 200; i += 1) here.poke()
      await until(async () => heard > 1)
      await systemClock.sleep(50)
      expect(heard).toBeLessThan(20)
      const before = heard
      await sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
      )
      await until(async () => heard > before)
      const again = heard
      here.poke()
      await until(async () => heard > again)
      stop()
      const last = heard
      here.poke()
      await enqueue(here)
      expect(heard).toBe(last)
    })

    it('never hold up a verb: poking a store whose server is gone is no error', async () => {
      const { url } = await newDatabase()
      const store = await openAt(url)
      await store.close()
      store.poke()
    })
  })

  it('numbers of this store are numbers, and other users of the library keep their own ways', async () => {
    const { url } = await newDatabase()
    const { task } = await claimOneOf(await open(url))
    expect([typeof task.id, typeof task.createdAt]).toEqual(['number', 'number'])
    const other = new pg.Client(url)
    await other.connect()
    endings.push(() => other.end())
    expect((await other.query('SELECT 1::bigint AS n')).rows).toEqual([{ n: '1' }])
  })
}

async function claimOneOf(store: Store) {
  await store.enqueue(want())
  return claimOne(store)
}

async function refusal(act: () => Promise<unknown>): Promise<OperatingError> {
  try {
    await act()
  } catch (error) {
    if (error instanceof OperatingError) return error
    throw error
  }
  throw new Error('it was not refused')
}

/** Waits for a condition of the other side; ten seconds at most. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass within ten seconds')
    await systemClock.sleep(10)
  }
}

/** A wire to the server that can be cut at a word of the client's, once. */
async function cuttable(postgres: Postgres) {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-wire-'))
  let armed: { word: string; when: 'before' | 'after' } | null = null
  let cuts = 0
  const sockets = new Set<Socket>()
  const wire = createServer((client) => {
    const server = connect(join(postgres.folder, `.s.PGSQL.${postgres.port}`))
    let deaf = false
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {}))
    const cut = () => {
      client.destroy()
      server.destroy()
    }
    client.on('data', (chunk) => {
      if (armed === null || !chunk.includes(armed.word)) return void server.write(chunk)
      const { when } = armed
      armed = null
      cuts += 1
      if (when === 'before') return cut()
      deaf = true
      server.write(chunk)
    })
    server.on('data', (chunk) => (deaf ? cut() : client.write(chunk)))
    client.on('close', cut)
    server.on('close', cut)
  })
  await new Promise<void>((resolve) =>
    wire.listen(join(folder, `.s.PGSQL.${postgres.port}`), resolve),
  )
  endings.push(() => {
    for (const socket of sockets) socket.destroy()
    wire.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url: (name: string) => `postgres:///${name}?host=${folder}&port=${postgres.port}&user=postgres`,
    cutAt(word: string, when: 'before' | 'after') {
      armed = { word, when }
    },
    cuts: () => cuts,
  }
}
