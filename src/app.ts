// The only file that names concrete choices: which store, launcher, adapters and host a fleet runs on. Everything it
// wires is handed in as a contract, so that a simulated world can hand in its own. Opening is light, because every
// command of the command line does it.

import { dirname, join } from 'node:path'

import { type Clock, systemClock } from './base/clock.ts'
import { failed, OperatingError, refused, systemCode } from './base/errors.ts'
import { type Random, systemRandom } from './base/random.ts'
import type { Service } from './base/service.ts'
import type { FleetConfig } from './model/config.ts'
import { adapterCards } from './drivers/agents/cards.ts'
import type { Builds, GoodSettings } from './drivers/agents/contract.ts'
import type { Checker } from './drivers/checks/contract.ts'
import type { Credentials } from './drivers/credentials/contract.ts'
import type { ConfigSource, LoadedConfig } from './drivers/config/contract.ts'
import { fileConfig } from './drivers/config/file-source.ts'
import { ensureStateDir } from './drivers/config/state-dir.ts'
import type { Host } from './drivers/hosts/contract.ts'
import { createLocalHost } from './drivers/hosts/local.ts'
import { hostNameIn } from './drivers/hosts/host-name.ts'
import { installCommand } from './drivers/hosts/command-shim.ts'
import type { Launcher } from './drivers/launchers/contract.ts'
import type { Store } from './drivers/store/contract.ts'
import type { HostRow } from './drivers/store/contract/shapes.ts'
import type { Workspaces } from './drivers/workspaces/contract.ts'
import { openSqlite } from './drivers/store/sqlite/open.ts'
import type { Daemon } from './daemon.ts'
import type { HouseOptions } from './house.ts'
import type { ParentLink } from './drivers/children/contract.ts'
import { checkOwner } from './lifecycle/settle/check.ts'
import { type Fleet, fleetOf } from './fleet.ts'
import type { Fact } from './model/fact.ts'

export interface OpenOptions {
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The name this host goes by; null for the machine's own. */
  readonly hostName?: string | null
}

/** Opens the fleet in `dir`. Throws OperatingError `config.*` and `store.*`. */
export async function openFleet(options: OpenOptions): Promise<Fleet> {
  const { dir, env } = options
  const random = systemRandom
  const source = fileConfig({ dir, env, missing: 'allow' })
  const loaded = await loadOrLastGood(source)
  const stateDir = ensureStateDir(dir)
  const { store, clock } = await openStore(loaded.config, stateDir, random)
  const name = options.hostName ?? hostNameIn(stateDir)
  const host = createLocalHost({ env, name, fleetId: store.fleetId, clock })
  const launcher = once(() => launcherOf(stateDir, store.fleetId, host, clock))
  const parts = { dir, stateDir, clock, random, host, source, store, launcher }
  const builds = once(() => buildsOf(dir, stateDir, host, clock))
  const workspaces = once(() => workspacesOf(stateDir, host))
  const good = once(() => goodOf(stateDir, clock))
  const credentials = once(() => credentialsOf(stateDir, host, clock))
  const checker = once(() => checkerOf(host, clock))
  const senses = once(async () => (await import('./drivers/senses/local.ts')).localSenses())
  const calendar = once(async () => (await import('./drivers/calendar/croner.ts')).createCalendar())
  const more = { calendar, loadAdapters, builds, workspaces, credentials, good, checker, senses }
  return fleetOf({ ...parts, adapters: adapterCards, ...more }, loaded)
}

const loadAdapters = async () => (await import('./drivers/agents/all.ts')).adapters

async function buildsOf(dir: string, stateDir: string, host: Host, clock: Clock): Promise<Builds> {
  const { createBuilds } = await import('./drivers/agents/probe/builds.ts')
  const { asRoot, baseEnv, resolveProgram, runShell } = host
  const file = join(stateDir, 'probes.json')
  return createBuilds({ file, cwd: dir, clock, asRoot, baseEnv, resolveProgram, runShell })
}

async function checkerOf(host: Host, clock: Clock): Promise<Checker> {
  const { createChecker } = await import('./drivers/checks/local.ts')
  return createChecker(host, clock)
}

async function workspacesOf(stateDir: string, { baseEnv }: Host): Promise<Workspaces> {
  const { createWorktrees } = await import('./drivers/workspaces/worktrees.ts')
  const attemptDir = (id: number) => join(stateDir, 'attempts', String(id))
  return createWorktrees({ root: join(stateDir, 'worktrees'), attemptDir, baseEnv })
}

async function goodOf(stateDir: string, clock: Clock): Promise<GoodSettings> {
  const { createGoodSettings } = await import('./drivers/agents/probe/good.ts')
  return createGoodSettings(join(stateDir, 'good.json'), clock)
}

async function credentialsOf(
  stateDir: string,
  { baseEnv }: Host,
  clock: Clock,
): Promise<Credentials> {
  const { createLocalCredentials } = await import('./drivers/credentials/local.ts')
  return createLocalCredentials({ saltFile: join(stateDir, 'salt'), clock, baseEnv })
}

/** An invalid edit of the configuration must not take the command line away from a running fleet. */
async function loadOrLastGood(source: ConfigSource): Promise<LoadedConfig> {
  try {
    return await source.load()
  } catch (error) {
    const good = await source.lastGood()
    if (good === null || !(error instanceof OperatingError)) throw error
    return { ...good, instead: error.message }
  }
}

/** The store, and the clock by which everything of its fleet is dated: where hosts share it, it is the store's own. */
async function openStore(
  config: FleetConfig,
  stateDir: string,
  random: Random,
): Promise<{ store: Store; clock: Clock }> {
  const clock = systemClock
  if (config.store === 'sqlite')
    return { store: openSqlite({ path: join(stateDir, 'fleet.db'), clock, random }), clock }
  if (isPostgres(config.store)) {
    const { openPostgres } = await import('./drivers/store/postgres/open.ts')
    const { serverTime } = await import('./drivers/store/postgres/server-clock.ts')
    const time = serverTime(clock)
    const store = await openPostgres({ url: config.store, clock, random, time })
    return { store, clock: time.clock }
  }
  throw refused(
    'store.unknown',
    `store: ${config.store} is neither sqlite nor a postgres:// address`,
    'mend `store:` in midwatch.yaml',
  )
}

const isPostgres = (address: string): boolean => /^postgres(ql)?:\/\//.test(address)

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: (line: string, fields?: object) => void
  readonly onFact?: (fact: Fact) => void
  /** The program and first arguments by which this Midwatch was started, so that sessions call the same one. */
  readonly command: readonly string[]
  /** The supervisor that started this process; null or absent when none did. */
  readonly parent?: ParentLink | null
}

/** Starts the daemon of this host. Throws OperatingError `daemon.second` or `daemon.namesake` while another one lives. */
export async function startDaemon(fleet: Fleet, options: RunOptions): Promise<Daemon> {
  const { processAlive, startTicksOf } = await import(
    './drivers/launchers/local/process-identity.ts'
  )
  const { serveSessions } = await import('./drivers/session/server.ts')
  const { logNotifier } = await import('./drivers/notifiers/log.ts')
  const { outsideOf } = await import('./effects.ts')
  const { makeRoom, underOf } = await import('./around.ts')
  const { openDaemonLog } = await import('./drivers/logs/daemon-log.ts')
  const { startDaemonOf } = await import('./daemon.ts')
  // In a folder of its own, which a sandbox can be shown: whoever binds a socket keeps a dead one.
  const socketPath = join(fleet.stateDir, 'run', 'daemon.sock')
  const binDir = shimIn(fleet.stateDir, options.command)
  const written = openDaemonLog(join(fleet.stateDir, 'daemon.log'), (why) =>
    options.log(`${why}; the dispatcher goes on without its log`),
  )
  const under = underOf(options.parent ?? null)
  const holderAlive = await makeRoom(fleet, options.log)
  // A daemon needs the values: a reload with a missing variable is refused, and the last good one stays.
  const source = fileConfig({ dir: fleet.dir, env: options.env, missing: 'refuse' })
  return await startDaemonOf(
    { ...fleet, source },
    {
      log: (line, fields) => {
        written.trouble(line, fields)
        options.log(line, fields)
      },
      onFact: (fact) => {
        written.fact(fact)
        options.onFact?.(fact)
      },
      onStopped: () => written.close(),
      notifiers: () => [logNotifier((line, fields) => written.trouble(line, fields))],
      outside: outsideOf(fleet),
      binDir,
      socketPath,
      program: filesOf(options.command),
      listen: (answer) => serveSessions(socketPath, answer),
      holderAlive,
      startTicks: startTicksOf(fleet.host.pid),
      breathe: () => fleet.clock.sleep(0),
      api: (current) => apiOf(fleet, source, options, current, processAlive),
      ...(under && { under }),
      sinceFact: options.parent?.mark ?? null,
      pulses: true,
      house: await houseOf(fleet),
    },
  )
}

async function houseOf({
  store,
  config,
  stateDir,
  dir,
  host,
  clock,
}: Fleet): Promise<HouseOptions> {
  const { sqliteBackups } = await import('./drivers/store/sqlite/backup.ts')
  const { fileOutputs } = await import('./drivers/outputs/files.ts')
  const { localEyes } = await import('./drivers/sensors/eyes.ts')
  const outputs = fileOutputs(stateDir)
  const backups = sqliteBackups(join(stateDir, 'fleet.db'), join(stateDir, 'backups'))
  const { fileTrimmer } = await import('./drivers/outputs/trim.ts')
  const { sqliteCompactor } = await import('./drivers/store/sqlite/compact.ts')
  const embedded = config.store === 'sqlite'
  return {
    trimmer: fileTrimmer(stateDir),
    ...(embedded && { compactor: sqliteCompactor(join(stateDir, 'fleet.db')) }),
    eyes: localEyes({ dir, env: host.baseEnv, clock }),
    backups: embedded ? backups : null,
    dropOutputs: async () => {
      for (const id of outputs.attempts())
        if ((await store.attempt(id)) === null) await outputs.drop(id)
    },
  }
}

/** Its code is loaded only where somebody may ask. */
async function apiOf(
  fleet: Fleet,
  source: ConfigSource,
  { env, log }: RunOptions,
  current: () => LoadedConfig,
  alive: (row: HostRow) => boolean,
): Promise<Service | null> {
  const override = env['MIDWATCH_HTTP']
  if (override === 'off' || current().config.http?.listen === null) return null
  const { serveApiOf } = await import('./api.ts')
  const daemonLives = async (row: HostRow) => alive(row)
  return await serveApiOf(fleet, { current, source, daemonLives, override, log })
}

/** Without it no session could tell how its task went, so a state folder that cannot be written is the end. */
function shimIn(stateDir: string, command: readonly string[]): string {
  try {
    return installCommand(join(stateDir, 'bin'), command)
  } catch (error) {
    const code = systemCode(error)
    if (code === null) throw error
    throw failed(
      'state.unwritable',
      `${stateDir} cannot be written (${code})`,
      'the dispatcher works in it: make it writable for this user, and free some space',
      error,
    )
  }
}

/** Stops every session of this host without the daemon's help, and the checks of its attempts. */
export async function emptyAllSessions(
  fleet: Fleet,
): Promise<{ emptied: number; survivors: readonly number[] }> {
  const { host, store } = fleet
  const launcher = await fleet.launcher()
  const open = await store.unended(host.name)
  const { stopGraceMs } = fleet.config.limits
  const emptied = await Promise.all(
    open.map(async ({ id, nonce, launch }) => {
      const ref = { attemptId: id, nonce, launch }
      await launcher.takeTicket(ref) // what was claimed and did not start yet never will
      return (await launcher.empty(ref, stopGraceMs)).survivors
    }),
  )
  // An ended attempt whose task is not settled yet may have its check running, too.
  const ended = await store.endedUnsettled(host.name, checksMax)
  const checked = [...open, ...ended.map(({ attempt }) => attempt)]
  const checks = await Promise.all(checked.map(({ id }) => host.emptyShell(checkOwner(id))))
  return { emptied: open.length, survivors: [...new Set([...emptied, ...checks].flat())] }
}

const checksMax = 1_000

/** The folders of the Node and of the package that a command names. */
function filesOf([node = '', ...rest]: readonly string[]): readonly string[] {
  const script = rest.findLast((word) => word.startsWith('/'))
  return [dirname(node), ...(script === undefined ? [] : [dirname(dirname(script))])]
}

async function launcherOf(
  stateDir: string,
  fleetId: string,
  host: Host,
  clock: Clock,
): Promise<Launcher> {
  const { openLaunchers } = await import('./drivers/launchers/open.ts')
  const { asRoot, baseEnv } = host
  return openLaunchers({ attemptsDir: join(stateDir, 'attempts'), fleetId, clock, asRoot, baseEnv })
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => (made ??= make())
}
