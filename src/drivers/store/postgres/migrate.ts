// Brings a PostgreSQL database to the newest schema, one transaction per step. Whoever migrates holds a lock for the
// length of a step (not of a session, which a pooler would not keep), so that two hosts take turns.

import type { ClientBase } from 'pg'

import type { Migration } from '../migrations/contract.ts'
import { dueMigrations } from '../migrations/run.ts'

/** Applies what is due. Throws OperatingError `store.newer` for a database of a newer Midwatch. */
export async function migratePostgres(
  client: ClientBase,
  now: number,
  fleetId: string,
): Promise<void> {
  if (dueMigrations(await applied(client)).length === 0) return
  await locked(client, async () => {
    await client.query(
      'CREATE TABLE IF NOT EXISTS meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)',
    )
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (id BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
    )
    await client.query(
      "INSERT INTO meta (key, value) VALUES ('fleet_id', $1) ON CONFLICT DO NOTHING",
      [fleetId],
    )
  })
  while (await migrateStep(client, now));
}

/** Applies the next due step; false when there is none left. */
const migrateStep = (client: ClientBase, now: number): Promise<boolean> =>
  locked(client, async () => {
    // Another host may have migrated while we waited for the lock: look again inside.
    const step: Migration | undefined = dueMigrations(await applied(client))[0]
    if (step === undefined) return false
    for (const statement of step.postgres) await client.query(statement)
    const row = [step.id, step.name, now]
    await client.query('INSERT INTO migrations (id, name, applied_at) VALUES ($1, $2, $3)', row)
    return true
  })

async function locked<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
  try {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('midwatch:migrate', 0))")
    const value = await work()
    await client.query('COMMIT')
    return value
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}) // the connection itself may be what failed
    throw error
  }
}

async function applied(client: ClientBase): Promise<number[]> {
  const table = await client.query("SELECT to_regclass('migrations') IS NOT NULL AS there")
  if (table.rows[0]?.there !== true) return []
  const { rows } = await client.query<{ id: number }>('SELECT id FROM migrations ORDER BY id')
  return rows.map((row) => Number(row.id))
}
