// The connections of one process to PostgreSQL: how each behaves, and whether a pooler stands between us and the server.

import type { Client, ClientBase, ClientConfig, Pool, PoolConfig, TypeOverrides } from 'pg'

import { systemCode } from '../../../base/errors.ts'
import { oldestIn, oldestKey, tooOld } from '../migrations/run.ts'
import { explain, isPoolers } from './errors.ts'
import { silentMs } from './executor.ts'

const INT8 = 20

/** The parts of `pg` that we use. */
export interface Driver {
  readonly Client: new (config: ClientConfig) => Client
  readonly Pool: new (config: PoolConfig) => Pool
  readonly types: Pick<TypeOverrides, 'getTypeParser'>
}

/** How each connection behaves. */
export type Way = 'direct' | 'pooled'

interface Connecting {
  readonly makePool: (way: Way) => Pool
  readonly prepare: (pool: Pool, way: Way) => Promise<{ fleetId: string; pooled: boolean }>
  readonly where: string
}

/**
 * Connects directly, or by a pooler that stands in between: it gives every transaction another connection of the server,
 * so that nothing may be left behind on one. Such a one is known by refusing what we set at the start, or by a session
 * whose number is not the server's.
 */
export async function connected({ makePool, prepare, where }: Connecting) {
  const attempt = async (way: Way) => {
    const pool = makePool(way)
    try {
      const { fleetId, pooled } = await prepare(pool, way)
      return { pool, pooled, prepared: fleetId }
    } catch (error) {
      await pool.end()
      throw error
    }
  }
  try {
    const direct = await attempt('direct')
    if (!direct.pooled) return direct
    await direct.pool.end()
    return { ...(await attempt('pooled')), pooled: true }
  } catch (error) {
    if (!isPoolers(error)) throw explain(error, where)
    try {
      return { ...(await attempt('pooled')), pooled: true }
    } catch (second) {
      throw explain(second, where)
    }
  }
}

export function poolOf(
  { Pool }: Driver,
  config: ClientConfig,
  { connections, way, newest }: { connections: number; way: Way; newest: number },
): Pool {
  const onConnect = async (client: ClientBase): Promise<void> => {
    if (way === 'direct') await settle(client)
    await requireOldEnough(client, newest)
  }
  const how = way === 'pooled' ? plain(config) : config
  return safePool(
    new Pool({ ...how, max: connections, idleTimeoutMillis: idleMs, onConnect } as PoolConfig),
  )
}

/** A host that looks every quarter of a minute keeps its connection. */
const idleMs = 300_000

/** While we were cut off the database may have been migrated beyond what we know. */
async function requireOldEnough(client: ClientBase, newest: number): Promise<void> {
  const { rows } = await client
    .query<{ value: string }>('SELECT value FROM meta WHERE key = $1', [oldestKey])
    .catch((error: unknown) => {
      if (systemCode(error) === noSuchTable) return { rows: [] } // a new database
      throw error
    })
  const oldest = oldestIn(rows[0]?.value)
  if (oldest !== null && oldest > newest) throw tooOld(oldest, newest, oldest)
}

const noSuchTable = '42P01'

/**
 * How each connection behaves. A host that stops in the middle of a transaction (asleep, frozen, cut off) must not keep
 * its locks: the server ends such a session, and everybody goes on.
 */
export function sessionConfig({ types }: Driver, url: string): ClientConfig {
  const getTypeParser = (oid: number, format?: string): unknown =>
    oid === INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text')
  return {
    connectionString: url,
    application_name: 'midwatch',
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    idle_in_transaction_session_timeout: silentMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // 64-bit whole numbers as numbers, here only: other users of `pg` in this process keep their own ways.
    types: { getTypeParser: getTypeParser as never },
  }
}

/** Without what a pooler does not know; whoever begins a transaction says it at its start instead. */
export function plain({
  idle_in_transaction_session_timeout: _,
  ...config
}: ClientConfig): ClientConfig {
  return config
}

/**
 * A verb answers when its change is durable, also where the server's default is otherwise. And each statement finds its rows by an
 * index: prepared while a table was almost empty it would read the whole of it, and go on doing so while it grows.
 */
const settle = (client: ClientBase) =>
  client.query(`SELECT set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false),
    CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END`)

/** A pool whose lost connections are replaced instead of ending the process. */
function safePool(pool: Pool): Pool {
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {})) // lost while lent: the next question says so
  return pool
}
