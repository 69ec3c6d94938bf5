// A throw-away PostgreSQL: found among the system's own binaries, made in memory where there is a /dev/shm, reached by
// a unix socket only (so no port can be taken), without fsync, and gone with the process that started it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface PostgresServer {
  /** Folder of its socket, and of everything else it has. */
  readonly folder: string
  readonly port: number
  stop(): Promise<void>
}

/** Started, or the reason why this machine has none to start. */
export type Found = { readonly server: PostgresServer } | { readonly missing: string }

const oldestMajor = 15
const port = 5432
const readyWithinMs = 25_000

/** Starts one. Throws when one is there but does not start: that is a failure, not a machine without PostgreSQL. */
export async function startServer(): Promise<Found> {
  const bin = findBinaries()
  if (bin === null)
    return {
      missing: `no PostgreSQL ${oldestMajor} or newer here: install the package \`postgresql\` (initdb and postgres)`,
    }
  const owner = findOwner()
  if (owner === null)
    return {
      missing: 'PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`',
    }
  const parent = writableMemory() ?? tmpdir()
  sweep(parent)
  const folder = mkdtempSync(join(parent, `midwatch-pg-${process.pid}-`))
  try {
    chmodSync(folder, 0o755)
    if ('uid' in owner) chownSync(folder, Number(owner.uid), Number(owner.gid))
    initialise(bin, folder, owner)
    const child = launch(bin, folder, owner)
    await untilReady(child, folder)
    return { server: { folder, port, stop: () => stop(child, folder) } }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** The folder with the newest `initdb` and `postgres`; null when there is none that is new enough. */
export function findBinaries(): string | null {
  const packaged = listed('/usr/lib/postgresql').map((name) =>
    join('/usr/lib/postgresql', name, 'bin'),
  )
  const redHat = listed('/usr')
    .filter((name) => name.startsWith('pgsql-'))
    .map((name) => join('/usr', name, 'bin'))
  const folders = [...packaged, ...redHat, ...(process.env['PATH'] ?? '').split(delimiter)]
  const found = folders
    .filter((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
    .map((folder) => ({ folder, major: majorOf(folder) }))
    .filter(({ major }) => major >= oldestMajor)
  return found.toSorted((a, b) => b.major - a.major)[0]?.folder ?? null
}

function majorOf(folder: string): number {
  const { stdout } = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' })
  return Number(/(\d+)/.exec(stdout ?? '')?.[1] ?? 0)
}

export type Owner = { readonly uid: number; readonly gid: number } | Record<string, never>

/** Whom the server runs as: this user, or, as root, whom root can make it be. */
export function findOwner(): Owner | null {
  if (process.getuid?.() !== 0) return {}
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => [line.split(':')[0], line.split(':')]),
  )
  const entry = users.get('postgres') ?? users.get('nobody')
  return entry === undefined ? null : { uid: Number(entry[2]), gid: Number(entry[3]) }
}

function writableMemory(): string | null {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return null
  }
}

/** Removes what killed test runs left behind. */
function sweep(parent: string): void {
  for (const name of listed(parent)) {
    const pid = /^midwatch-pg-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || existsSync(`/proc/${pid}`) || !existsSync('/proc')) continue
    rmSync(join(parent, name), { recursive: true, force: true })
  }
}

export function initialise(bin: string, folder: string, owner: Owner): void {
  const args = [
    '-D',
    join(folder, 'data'),
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ]
  const ran = spawnSync(join(bin, 'initdb'), args, {
    ...owner,
    cwd: folder,
    encoding: 'utf8',
    env: serverEnv(folder),
  })
  if (ran.status !== 0) throw new Error(`initdb failed: ${ran.stderr || ran.error?.message}`)
}

function launch(bin: string, folder: string, owner: Owner): ChildProcess {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    max_connections: '200',
    autovacuum: 'off', // a visit of its own would be counted and waited for
    deadlock_timeout: '200ms',
    log_min_messages: 'fatal',
  }
  const args = ['-D', join(folder, 'data'), '-p', String(port)]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  // Where there is setpriv, the kernel ends the server with us, however we end.
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  const program = join(bin, 'postgres')
  const [command, all] = setpriv
    ? [setpriv, ['--pdeathsig', 'INT', program, ...args]]
    : [program, args]
  return spawn(command, all, {
    ...owner,
    cwd: folder,
    env: serverEnv(folder),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

export const serverEnv = (folder: string) => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  HOME: folder,
})

async function untilReady(child: ChildProcess, folder: string): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000)
  })
  const deadline = Date.now() + readyWithinMs
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`postgres ended at once: ${said}`)
    const client = new pg.Client({ host: folder, port, user: 'postgres', database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      return
    } catch {
      await sleep(10)
    } finally {
      await client.end().catch(() => {})
    }
  }
  child.kill('SIGKILL')
  throw new Error(`postgres was not ready within ${readyWithinMs} ms: ${said}`)
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT') // fast shutdown: open connections are ended
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
