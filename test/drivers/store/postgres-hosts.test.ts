// Hosts of one database: what one commits the other hears of, a waiting one asks nothing, versions share a schema as far as
// its steps say, and a pooler may stand in between.

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import type { Migration } from '../../../src/drivers/store/migrations/contract.ts'
import { migrations } from '../../../src/drivers/store/migrations/list.ts'
import { moveFleet } from '../../../src/drivers/store/postgres/move/open.ts'
import { openPostgres } from '../../../src/drivers/store/postgres/open.ts'
import { serverTime } from '../../../src/drivers/store/postgres/server-clock.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { until } from '../../support/until.ts'
import { claimOne, enqueue, passed } from './conformance/wants.ts'
import { scene } from './postgres-scene.ts'

const found = await usePostgres()
if ('postgres' in found) hosts(found.postgres)
else it.skip(found.skip, () => {})

const newest = migrations.length
const next = (worksWith?: number): Migration => ({
  id: newest + 1,
  name: 'of-tomorrow',
  ...(worksWith !== undefined && { worksWith }),
  sqlite: [],
  postgres: ['ALTER TABLE hosts ADD COLUMN of_tomorrow TEXT'],
})
const row = { bootId: 'b', startTicks: null, running: true, holderAlive: () => false }

function hosts(postgres: Postgres): void {
  const { newDatabase, open, after } = scene(postgres)
  const parts = { clock: systemClock, random: systemRandom }
  const opened = async (url: string, known?: readonly Migration[]): Promise<Store> => {
    const store = await openPostgres({ url, ...parts, known })
    after(() => store.close())
    return store
  }

  describe('what others commit', () => {
    it('is heard by who remembers, without a poke', async () => {
      const { url } = await newDatabase()
      const [here, there] = [await open(url), await open(url)]
      here.watch(() => {})
      await until(async () => here.hears?.() === true)
      expect(await here.readyDemands()).toEqual([])
      await enqueue(there)
      await until(async () => (await here.readyDemands()).length === 1)
    })

    it('a store that hears is not asked again while nothing changes', async () => {
      const { url, sql, name } = await newDatabase()
      const store = await open(url)
      store.watch(() => {})
      await until(async () => store.hears?.() === true)
      await store.gates()
      const commits = async () =>
        Number(
          (
            await sql(`SELECT xact_commit AS n FROM pg_stat_database WHERE datname = '${name}'`)
          )[0]?.['n'],
        )
      const before = await commits()
      for (let i = 0; i < 500; i += 1) await Promise.all([store.gates(), store.nextDue()])
      expect((await commits()) - before).toBeLessThan(100)
    })

    it('its own commit is seen at once', async () => {
      const { url } = await newDatabase()
      const store = await open(url)
      store.watch(() => {})
      await until(async () => store.hears?.() === true)
      for (let i = 1; i <= 20; i += 1) {
        await enqueue(store)
        expect((await store.counts()).ready).toBe(i)
      }
    })
  })

  describe('versions side by side', () => {
    const enter = (store: Store, name: string, now = Date.now()) =>
      store.enterHost({ ...row, name, pid: 1, pulseAt: now, now })

    it('a step that says so is taken while an older host works, and that one goes on and comes back', async () => {
      const { url } = await newDatabase()
      const old = await opened(url)
      passed(await enter(old, 'h1'))
      const young = await opened(url, [...migrations, next(newest)])
      passed(await enter(young, 'h2'))
      await enqueue(young)
      expect((await claimOne(old)).task.title).toBe('a task')
      expect((await (await opened(url)).counts()).taken).toBe(1)
    })

    it('one that does not waits until the older host is gone, and then shuts it out', async () => {
      const { url, sql } = await newDatabase()
      const old = await opened(url)
      passed(await enter(old, 'h1'))
      await expect(opened(url, [...migrations, next()])).rejects.toMatchObject({
        code: 'store.older_hosts',
        message: expect.stringContaining('still runs on h1'),
      })
      expect(await sql(`SELECT 1 FROM migrations WHERE id > ${newest}`)).toEqual([])
      expect((await enqueue(old)).id).toBe(1)
      await old.leaveHost({ name: 'h1', pid: 1, now: Date.now() })
      await (await opened(url, [...migrations, next()])).counts()
      await expect(opened(url)).rejects.toMatchObject({ code: 'store.newer' })
      // The old one's next connection finds out.
      await sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'midwatch' AND datname = current_database()",
      )
      await expect(enqueue(old)).rejects.toMatchObject({ code: 'store.newer' })
    })

    it('a host that was silent for two minutes is taken for gone', async () => {
      const { url } = await newDatabase()
      passed(await enter(await opened(url), 'h1', Date.now() - 121_000))
      expect((await (await opened(url, [...migrations, next()])).counts()).ready).toBe(0)
    })
  })

  it('a host measures its distance to the database, and dates by it', async () => {
    const { url } = await newDatabase()
    const wrong = { ...systemClock, now: () => Date.now() + 600_000 }
    const time = serverTime(wrong)
    const store = await openPostgres({ url, clock: wrong, random: systemRandom, time })
    after(() => store.close())
    expect(store.time?.isSure()).toBe(true)
    expect(Math.abs(time.clock.now() - Date.now())).toBeLessThan(1_000)
    expect(Math.abs((store.time?.offsetMs() ?? 0) + 600_000)).toBeLessThan(1_000)
  })

  const pooler = spawnSync('pgbouncer', ['--version']).status === 0
  describe.skipIf(!pooler && process.env['CI'] !== 'true')('PgBouncer in between', () => {
    const pooled = async (mode: 'transaction' | 'session' | 'statement') => {
      const { url, name, sql } = await newDatabase()
      const folder = mkdtempSync(join(tmpdir(), 'midwatch-bouncer-'))
      chmodSync(folder, 0o777)
      writeFileSync(
        join(folder, 'ini'),
        `[databases]\n${name} = host=${postgres.folder} port=${postgres.port} user=postgres\n[pgbouncer]\nlisten_port = 6432\nlisten_addr =\nunix_socket_dir = ${folder}\nauth_type = any\npool_mode = ${mode}\ndefault_pool_size = ${mode === 'session' ? 40 : 3}\nlogfile = ${folder}/log\n`,
      )
      const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
      const child = spawn('pgbouncer', [...asUser, join(folder, 'ini')], { stdio: 'ignore' })
      after(async () => {
        child.kill('SIGINT')
        await new Promise((resolve) => child.once('exit', resolve))
        rmSync(folder, { recursive: true, force: true })
      })
      const through = `postgres:///${name}?host=${folder}&port=6432&user=postgres`
      await until(async () => {
        const one = await openPostgres({ url: through, ...parts }).catch((error) => error)
        if (one instanceof Error) return !/ENOENT|ECONNREFUSED/.test(one.message)
        await one.close()
        return true
      })
      return { url, through, sql }
    }

    it.each(['transaction', 'session'] as const)(
      'that pools by %s: everything works, many verbs at once, and nobody listens',
      async (mode) => {
        const { url, through, sql } = await pooled(mode)
        const stores = [await opened(through), await opened(through), await opened(url)] as const
        const [first, second, direct] = stores
        first.watch(() => {})
        await Promise.all(
          Array.from({ length: 60 }, (_, i) => enqueue(stores[i % 3] ?? direct, { title: `${i}` })),
        )
        const taken = await Promise.all(
          Array.from({ length: 20 }, (_, i) => claimOne(i % 2 === 0 ? first : second)),
        )
        expect(new Set(taken.map(({ task }) => task.id)).size).toBe(20)
        expect(await direct.counts()).toMatchObject({ ready: 40, taken: 20 })
        expect(first.hears?.()).toBe(false)
        expect(
          await sql("SELECT DISTINCT name FROM pg_prepared_statements WHERE name LIKE 'insert%'"),
        ).toEqual([])
        expect((await first.facts({ after: 0, limit: 500 })).length).toBe(80)
      },
    )

    it('lets a fleet be moved through it', async () => {
      const { through, url } = await pooled('transaction')
      const folder = mkdtempSync(join(tmpdir(), 'midwatch-moving-'))
      after(() => rmSync(folder, { recursive: true, force: true }))
      const file = join(folder, 'fleet.db')
      const before = openSqlite({ path: file, ...parts })
      await enqueue(before, { title: 'moved' })
      await before.close()
      const moved = await moveFleet({
        ...{ ...parts, file, url: through },
        ...{ lives: () => false, tell: () => {} },
      })
      expect(moved.wasThere).toBe(false)
      expect(await (await opened(url)).counts()).toMatchObject({ ready: 1 })
    })

    it('that pools by statement is refused with a sentence', async () => {
      const { through } = await pooled('statement')
      await expect(openPostgres({ url: through, ...parts })).rejects.toMatchObject({
        code: 'store.pooler',
        remedy: expect.stringContaining('pool_mode = transaction'),
      })
    })
  })
}
