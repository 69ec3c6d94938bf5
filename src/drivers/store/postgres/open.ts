// The store for many hosts: one PostgreSQL database (15 or newer). Every verb is one transaction, durable before it
// answers; hosts wake each other by NOTIFY, and polling guarantees what a hint may miss.

import type { Client, ClientBase, ClientConfig, Pool, PoolConfig } from 'pg'

import type { Clock } from '../../../base/clock.ts'
import { failed, usage } from '../../../base/errors.ts'
import type { Random } from '../../../base/random.ts'
import { assembleStore } from '../assemble.ts'
import type { Store } from '../contract.ts'
import { explain } from './errors.ts'
import { postgresExecutor } from './executor.ts'
import { hints } from './listen.ts'
import { migratePostgres } from './migrate.ts'

const oldestMajor = 15
const INT8 = 20

export interface OpenPostgres {
  /** `postgres://user:password@host:port/database?…`; a socket's folder may be given as `?host=/run/postgresql`. */
  readonly url: string
  readonly clock: Clock
  readonly random: Random
  /** Connections this process may hold, besides the one that listens. */
  readonly connections?: number
}

/** Opens, and where needed migrates. Throws OperatingError `store.*`. */
export async function openPostgres(options: OpenPostgres): Promise<Store> {
  const { url, clock, random } = options
  const where = withoutSecrets(url)
  const { Client, Pool, types } = (await import('pg')).default
  const config = sessionConfig(url, (oid, format) =>
    oid === INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text'),
  )
  const pool = safePool(
    new Pool({ ...config, max: options.connections ?? 8, onConnect: makeDurable } as PoolConfig),
  )
  try {
    const fleetId = await prepare(pool, where, clock.now(), random.hex(6))
    const executor = postgresExecutor({ pool, where, clock, random })
    const { watch, poke, close } = hints({
      connect: () => new Client(config) as Client,
      pool,
      clock,
      random,
    })
    let closed: Promise<void> | null = null
    const shut = async (): Promise<void> => {
      await Promise.all([close(), executor.drain()])
      await pool.end()
    }
    return assembleStore(executor, { fleetId, watch, poke, close: () => (closed ??= shut()) })
  } catch (error) {
    await pool.end()
    throw explain(error, where)
  }
}

/**
 * How each connection behaves. A host that stops in the middle of a transaction (asleep, frozen, cut off) must not keep
 * its locks: the server ends such a session, and everybody goes on.
 */
function sessionConfig(
  url: string,
  getTypeParser: (oid: number, format?: string) => unknown,
): ClientConfig {
  return {
    connectionString: url,
    application_name: 'midwatch',
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // 64-bit whole numbers as numbers, here only: other users of `pg` in this process keep their own ways.
    types: { getTypeParser: getTypeParser as never },
  }
}

/** A verb answers when its change is durable, also where the server's default is otherwise. */
const makeDurable = (client: ClientBase) =>
  client.query(
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
  )

/** A pool whose lost connections are replaced instead of ending the process. */
function safePool(pool: Pool): Pool {
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {})) // lost while lent: the next question says so
  return pool
}

async function prepare(
  pool: Pool,
  where: string,
  now: number,
  newFleetId: string,
): Promise<string> {
  const client = await pool.connect()
  try {
    const { rows: settings } = await client.query(
      "SELECT current_setting('server_version_num')::int AS version",
    )
    const major = Math.floor(Number(settings[0]?.version) / 10_000)
    if (major < oldestMajor)
      throw failed(
        'store.old_postgres',
        `the server at ${where} is PostgreSQL ${major}`,
        `use PostgreSQL ${oldestMajor} or newer`,
      )
    await migratePostgres(client, now, newFleetId)
    const { rows } = await client.query("SELECT value FROM meta WHERE key = 'fleet_id'")
    return String(rows[0]?.value)
  } finally {
    client.release()
  }
}

/** `host:port/database` of an address, for sentences. An address may leave its host out. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'))
  if (parsed === null)
    throw usage(
      'store.address',
      'the address of the PostgreSQL database cannot be read',
      'write it as postgres://user@host/database in `store:` of midwatch.yaml',
    )
  return `${parsed.searchParams.get('host') ?? decodeURIComponent(parsed.host)}${parsed.pathname}`
}
