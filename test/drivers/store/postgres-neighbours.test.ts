// Transactions of others on PostgreSQL: a verb is at most delayed by them, and who reads on from a fact misses none.

import { describe, expect, it } from 'vitest'

import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { until } from '../../support/until.ts'
import { enqueue, kindsOf, passed, stateOf, t0, taken } from './conformance/wants.ts'
import { scene } from './postgres-scene.ts'

const found = await usePostgres()
if ('postgres' in found) neighbours(found.postgres)
else it.skip(found.skip, () => {})

function neighbours(postgres: Postgres): void {
  const { newDatabase, open, session } = scene(postgres)

  describe('transactions of others', () => {
    it('that end in a deadlock with a verb only delay it', async () => {
      const { url, sql } = await newDatabase()
      const store = await open(url)
      const { task, attempt } = await taken(store)
      const other = await session(url)
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
      const [early, late] = [await session(url), await session(url)]
      const fact = (error: string) =>
        `INSERT INTO facts (at, kind, body_json) VALUES (1, 'config.refused', '{"kind":"config.refused","error":"${error}"}')`
      // The first to begin is the second to write a fact: neither ids nor transactions are in the order of commits.
      await early.query("BEGIN; INSERT INTO meta (key, value) VALUES ('a', 'b')")
      await late.query(`BEGIN; ${fact('late')}`)
      await early.query(`${fact('early')}; COMMIT`)
      await enqueue(store)
      const newer = async () => (await store.facts({ after: 1, limit: 9 })).map((one) => one.id)
      expect(await newer()).toEqual([])
      expect((await store.facts({ limit: 9, newestFirst: true })).map((one) => one.id)).toEqual([
        4, 3, 1,
      ])
      await late.query('COMMIT')
      expect(await newer()).toEqual([2, 3, 4])
    })

    it('that come to nothing leave a gap, and nobody waits for it', async () => {
      const { url } = await newDatabase()
      const store = await open(url)
      await enqueue(store)
      const other = await session(url)
      await other.query(
        "BEGIN; INSERT INTO facts (at, kind, body_json) VALUES (1, 'x', '{}'); ROLLBACK",
      )
      await enqueue(store)
      expect((await store.facts({ after: 1, limit: 9 })).map((fact) => fact.id)).toEqual([3])
    })

    it('in other databases of the server hold nobody up', async () => {
      const elsewhere = await session((await newDatabase()).url)
      await elsewhere.query("BEGIN; INSERT INTO facts (at, kind, body_json) VALUES (1, 'x', '{}')")
      const store = await open((await newDatabase()).url)
      await enqueue(store)
      await enqueue(store)
      expect((await store.facts({ after: 1, limit: 9 })).map((fact) => fact.id)).toEqual([2])
    })
  })
}
