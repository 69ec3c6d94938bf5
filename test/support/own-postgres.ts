// A PostgreSQL of a test's own, that may be stopped, killed and started again: on a port where that is wanted, durable as
// in earnest, with the statements counted. It ends with the process that started it.

import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

import { findBinaries, findOwner, initialise, type Owner, serverEnv } from './postgres-server.ts'

export interface OwnPostgres {
  /** Folder of its socket. */
  readonly folder: string
  readonly port: number
  /** An address by its socket, or by TCP where a host is named. */
  url(database: string, host?: string): string
  sql(text: string, database?: string): Promise<Record<string, unknown>[]>
  start(): Promise<void>
  /** `fast` ends it in order, `kill` at once (every process of it, as when a machine dies). */
  stop(how: 'fast' | 'kill'): Promise<void>
  remove(): Promise<void>
}

export interface OwnOptions {
  /** Addresses to listen at, besides the socket. */
  readonly listen?: string
  readonly port?: number
  /** Whether commits are synced; off unless durability is what is tested. */
  readonly durable?: boolean
  readonly settings?: Readonly<Record<string, string>>
}

/** Made but not started; the sentence why not, where this machine has no PostgreSQL. */
export function ownPostgres(options: OwnOptions = {}): OwnPostgres | { missing: string } {
  const bin = findBinaries()
  const owner = findOwner()
  if (bin === null || owner === null)
    return { missing: 'no PostgreSQL 15 or newer here: install the package `postgresql`' }
  const { listen = '', port = 5432, durable = false } = options
  const folder = mkdtempSync(join(tmpdir(), `midwatch-own-pg-${process.pid}-`))
  chmodSync(folder, 0o755)
  if ('uid' in owner) chownSync(folder, Number(owner.uid), Number(owner.gid))
  initialise(bin, folder, owner)
  if (listen !== '') appendFileSync(join(folder, 'data', 'pg_hba.conf'), 'host all all all trust\n')
  const settings = {
    listen_addresses: listen,
    unix_socket_directories: folder,
    max_connections: '200',
    shared_buffers: '128MB',
    log_min_messages: 'fatal',
    ...(!durable && { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  }
  const args = ['-D', join(folder, 'data'), '-p', String(port)]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  const url = (database: string, host = folder) =>
    `postgres://postgres@/${database}?host=${host}&port=${port}`

  async function sql(text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(url(database))
    client.on('error', () => {})
    await client.connect()
    try {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(text)
      return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? []
    } finally {
      await client.end().catch(() => {})
    }
  }

  const server = serverProcess(join(bin, 'postgres'), args, folder, owner, () => sql('SELECT 1'))

  return {
    folder,
    port,
    url,
    sql,
    start: server.start,
    stop: server.stop,
    async remove() {
      await server.stop('fast')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The process itself. */
function serverProcess(
  program: string,
  args: readonly string[],
  folder: string,
  owner: Owner,
  ask: () => Promise<unknown>,
): Pick<OwnPostgres, 'start' | 'stop'> {
  let child: ChildProcess | null = null
  return {
    async start() {
      child = spawn('setpriv', ['--pdeathsig', 'INT', program, ...args], {
        ...owner,
        cwd: folder,
        env: serverEnv(folder),
        stdio: 'ignore',
      })
      for (const deadline = Date.now() + 30_000; ; await sleep(50)) {
        const isUp = await ask().then(
          () => true,
          () => false,
        )
        if (isUp) return
        if (Date.now() > deadline) throw new Error('PostgreSQL did not start within 30 s')
      }
    },
    async stop(how) {
      const one = child
      if (one === null || one.exitCode !== null || one.signalCode !== null) return
      const gone = new Promise((resolve) => one.once('exit', resolve))
      one.kill(how === 'fast' ? 'SIGINT' : 'SIGKILL') // its processes notice the death of the first one
      await gone
      child = null
    },
  }
}
