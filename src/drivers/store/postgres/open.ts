// The store for many hosts: one PostgreSQL database (15 or newer). Every verb is one transaction, durable before it
// answers; hosts wake each other by NOTIFY, and polling guarantees what a hint may miss.

import type { Client, ClientBase, Pool } from 'pg'

import type { Clock } from '../../../base/clock.ts'
import { failed, usage } from '../../../base/errors.ts'
import type { Random } from '../../../base/random.ts'
import { assembleStore } from '../assemble.ts'
import type { Store } from '../contract.ts'
import type { Migration } from '../migrations/contract.ts'
import { newestKnown } from '../migrations/run.ts'
import type { Executor } from '../script.ts'
import { connected, poolOf, sessionConfig, type Way } from './connect.ts'
import { postgresExecutor } from './executor.ts'
import { hints } from './listen.ts'
import { migratePostgres } from './migrate.ts'
import { askTime, type ServerTime } from './server-clock.ts'

const oldestMajor = 15

export interface OpenPostgres {
  /** `postgres://user:password@host:port/database?…`; a socket's folder may be given as `?host=/run/postgresql`. */
  readonly url: string
  readonly clock: Clock
  readonly random: Random
  /** The time of the server, by which the caller dates; absent where nobody asks for it. */
  readonly time?: ServerTime
  /** Connections this process may hold, besides the one that listens. */
  readonly connections?: number
  /** The migrations of this version. */
  readonly known?: readonly Migration[] | undefined
}

/** Opens, and where needed migrates. Throws OperatingError `store.*`. */
export async function openPostgres(options: OpenPostgres): Promise<Store> {
  const { url, random, known, connections = 8 } = options
  const where = withoutSecrets(url)
  const driver = (await import('pg')).default
  const config = sessionConfig(driver, url)
  const newFleetId = random.hex(6)
  const { pool, pooled, prepared } = await connected({
    makePool: (way) => poolOf(driver, config, { connections, way, newest: newestKnown(known) }),
    prepare: (pool, way) => prepare(pool, way, { ...options, where, newFleetId }),
    where,
  })
  const ears = hints({
    connect: () => new driver.Client(config) as Client,
    pool,
    clock: options.clock,
    random,
    deaf: pooled,
    onChanged: () => executor.forget(),
  })
  const { watch, hears, poke, close, tellChange } = ears
  const parts = { pool, where, clock: options.clock, random, pooled }
  const executor = postgresExecutor({ ...parts, hears, onChange: tellChange })
  let closed: Promise<void> | null = null
  const shut = async (): Promise<void> => {
    await executor.drain()
    await close()
    await pool.end()
  }
  const shared = { fleetId: prepared, watch, hears, poke, close: () => (closed ??= shut()) }
  const { time } = options
  if (time === undefined) return assembleStore(executor, shared)
  return assembleStore(freshening(executor, time), { ...shared, time })
}

/** Every write looks whether the time is still known; the look itself is made beside it. */
const freshening = ({ write, inOneTrip, ...executor }: Executor, time: ServerTime): Executor => ({
  ...executor,
  write(script, how) {
    time.freshen()
    return write(script, how)
  },
  ...(inOneTrip && {
    inOneTrip(script, how) {
      time.freshen()
      return inOneTrip(script, how)
    },
  }),
})

interface Preparing extends OpenPostgres {
  readonly where: string
  readonly newFleetId: string
}

/** Refuses what we cannot work with, measures the time, and migrates. */
async function prepare(
  pool: Pool,
  way: Way,
  { where, newFleetId, known, time, clock }: Preparing,
): Promise<{ fleetId: string; pooled: boolean }> {
  const client = await pool.connect()
  try {
    const { rows: settings } = await client.query(
      "SELECT current_setting('server_version_num')::int AS version, pg_backend_pid() AS pid",
    )
    const major = Math.floor(Number(settings[0]?.version) / 10_000)
    if (major < oldestMajor)
      throw failed(
        'store.old_postgres',
        `the server at ${where} is PostgreSQL ${major}`,
        `use PostgreSQL ${oldestMajor} or newer`,
      )
    const pooled = (client as { processID?: number }).processID !== Number(settings[0]?.pid)
    if (pooled && way === 'direct') return { fleetId: '', pooled }
    if (pooled) await tryTransaction(client)
    time?.serve(() => askTime(pool))
    await time?.look()
    await migratePostgres(client, (time?.clock ?? clock).now(), newFleetId, known)
    const { rows } = await client.query("SELECT value FROM meta WHERE key = 'fleet_id'")
    return { fleetId: String(rows[0]?.value), pooled }
  } finally {
    client.release()
  }
}

/** Whoever pools by statement says no here. */
async function tryTransaction(client: ClientBase): Promise<void> {
  await client.query('BEGIN')
  await client.query('ROLLBACK')
}

/** `host:port/database` of an address, for sentences. An address may leave its host out. */
export function withoutSecrets(url: string): string {
  const parsed = URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'))
  if (parsed === null)
    throw usage(
      'store.address',
      'the address of the PostgreSQL database cannot be read',
      'write it as postgres://user@host/database in `store:` of midwatch.yaml',
    )
  return `${parsed.searchParams.get('host') ?? decodeURIComponent(parsed.host)}${parsed.pathname}`
}
