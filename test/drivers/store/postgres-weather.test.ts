// Bad weather for PostgreSQL: lost connections at every moment of a verb, servers that refuse, hosts that stop in the
// middle. What can be tried again is; what is not known is said; what was late is not skipped.

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { OperatingError } from '../../../src/base/errors.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { explain } from '../../../src/drivers/store/postgres/errors.ts'
import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { until } from '../../support/until.ts'
import { claimOne, enqueue, kindsOf, want } from './conformance/wants.ts'
import { scene } from './postgres-scene.ts'
import { openAt } from './processes/address.ts'

const found = await usePostgres()
if ('postgres' in found) weather(found.postgres)
else it.skip(found.skip, () => {})

function weather(postgres: Postgres): void {
  const { newDatabase, newWire, open, session, after } = scene(postgres)

  describe('a connection that is lost', () => {
    it('before COMMIT was sent: the verb is done, once', async () => {
      const database = await newDatabase()
      for (const moment of ['BEGIN', 'insertTask', 'insertFact']) {
        const wire = await newWire()
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
      const wire = await newWire()
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
      after(() => sql(`DROP ROLE out_${name}; DROP ROLE guest_${name}`))
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

    it('that concern one host wake those who watch for it, or for all, and no others', async () => {
      const { url } = await newDatabase()
      const [here, there] = [await open(url), await open(url)]
      const heard = { h1: 0, "h'2": 0, all: 0 }
      const hears = (who: keyof typeof heard) => () => {
        heard[who] += 1
      }
      there.watch(hears('h1'), 'h1')
      there.watch(hears("h'2"), "h'2")
      there.watch(hears('all'))
      await until(async () => heard.all === 1)
      here.poke("h'2")
      await until(async () => heard.all === 2)
      expect(heard).toEqual({ h1: 1, "h'2": 2, all: 2 })
      here.poke()
      await until(async () => heard.all === 3)
      expect(heard).toEqual({ h1: 2, "h'2": 3, all: 3 })
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
    const other = await session(url)
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
