// Brings a PostgreSQL database to the newest schema, one transaction per step. Whoever migrates holds a lock for the
// length of a step (not of a session, which a pooler would not keep), so that two hosts take turns. A step that an older
// Midwatch could not live with waits until none of that age runs on any host.

import { type ClientBase, DatabaseError } from 'pg'

import { refused } from '../../../base/errors.ts'
import type { Migration } from '../migrations/contract.ts'
import { migrations } from '../migrations/list.ts'
import {
  type Applied,
  appliedOf,
  dueMigrations,
  oldestAfter,
  oldestKey,
  oldestText,
  stepRefused,
} from '../migrations/run.ts'

/** A daemon whose pulse is older than that is taken for gone. */
const livingMs = 120_000

/** Applies what is due. Throws OperatingError `store.newer` and `store.older_hosts`. */
export async function migratePostgres(
  client: ClientBase,
  now: number,
  fleetId: string,
  known: readonly Migration[] = migrations,
): Promise<void> {
  if (dueMigrations(await appliedSteps(client), known).length === 0) return
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
  while (await migrateStep(client, now, known));
}

/** Applies the next due step; false when there is none left. */
const migrateStep = (
  client: ClientBase,
  now: number,
  known: readonly Migration[],
): Promise<boolean> =>
  locked(client, async () => {
    // Another host may have migrated while we waited for the lock: look again inside.
    const applied = await appliedSteps(client)
    const step: Migration | undefined = dueMigrations(applied, known)[0]
    if (step === undefined) return false
    const oldest = oldestAfter(step, applied.oldest)
    await requireNoOlderHost(client, step, oldest, now)
    await apply(client, step)
    const row = [step.id, step.name, now]
    await client.query('INSERT INTO migrations (id, name, applied_at) VALUES ($1, $2, $3)', row)
    await client.query(
      'INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      [oldestKey, oldestText(step.id, oldest)],
    )
    return true
  })

async function apply(client: ClientBase, step: Migration): Promise<void> {
  try {
    for (const statement of step.postgres) await client.query(statement)
  } catch (error) {
    // Class 42: the statement does not fit what the database holds.
    const isRefused = error instanceof DatabaseError && error.code?.startsWith('42')
    throw isRefused ? stepRefused(step, error) : error
  }
}

/** Throws while a daemon runs somewhere that could not go on after this step. */
async function requireNoOlderHost(
  client: ClientBase,
  step: Migration,
  oldest: number,
  now: number,
): Promise<void> {
  const { rows: columns } = await client.query(
    "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'hosts' AND column_name = 'schema_step'",
  )
  if (columns.length === 0) return
  const { rows } = await client.query<{ name: string; schema_step: number | null }>(
    'SELECT name, schema_step FROM hosts WHERE running = 1 AND pulse_at > $1 AND coalesce(schema_step, 0) < $2 ORDER BY name',
    [now - livingMs, oldest],
  )
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name).join(', ')
  throw refused(
    'store.older_hosts',
    `an older Midwatch still runs on ${names}, and could not go on after migration ${step.id} (${step.name}), which needs one that knows ${oldest}`,
    'stop the dispatcher there (`midwatch stop`; its sessions go on), install the newer version, and start it again',
  )
}

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

async function appliedSteps(client: ClientBase): Promise<Applied> {
  const table = await client.query("SELECT to_regclass('migrations') IS NOT NULL AS there")
  if (table.rows[0]?.there !== true) return { steps: [], oldest: null }
  const { rows } = await client.query<{ id: number }>('SELECT id FROM migrations ORDER BY id')
  const said = await client.query<{ value: string }>('SELECT value FROM meta WHERE key = $1', [
    oldestKey,
  ])
  const steps = rows.map((row) => Number(row.id))
  return appliedOf(steps, said.rows[0]?.value)
}
