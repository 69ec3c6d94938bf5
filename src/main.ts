// The program: gives the command line its world. Everything dear is imported when it is asked for, so that a command
// pays only for what it uses.

import { fileURLToPath } from 'node:url'

import { emptyAllSessions, openFleet, startDaemon } from './app.ts'
import { systemClock } from './base/clock.ts'
import { failed, systemCode } from './base/errors.ts'
import { fileConfig } from './drivers/config/file-source.ts'
import { parentLink } from './drivers/children/parent.ts'
import { findFleet } from './drivers/config/discover.ts'
import { readStandardInput, readTextFile, textStream } from './drivers/terminal/streams.ts'
import type { HostRow } from './drivers/store/contract/shapes.ts'
import type { Fleet as OpenedFleet } from './fleet.ts'
import { runCli } from './surface/cli/run.ts'
import { exitOfFault } from './surface/cli/trouble.ts'
import type { LedgerAnswer } from './surface/session/ledger.ts'
import type { Fleet, SessionAnswer, World } from './surface/cli/world.ts'

const { env } = process

/** The command that started us, whether built or from source. */
const script = () => fileURLToPath(new URL('../bin/midwatch.mjs', import.meta.url))

const parent = parentLink()

const world: World = {
  env,
  get cwd() {
    return whereWeStand()
  },
  clock: systemClock,
  userName: () =>
    env['USER'] || env['LOGNAME'] || process.getBuiltinModule('node:os').userInfo().username,
  out: textStream(1, env),
  err: textStream(2, env),
  readInput: readStandardInput,
  readFile: readTextFile,
  onStopSignal(callback) {
    const signals = ['SIGINT', 'SIGTERM'] as const // not SIGHUP: `nohup midwatch up` means it
    for (const signal of signals) process.on(signal, callback)
    return () => {
      for (const signal of signals) process.off(signal, callback)
    }
  },
  exitNow: (code) => process.exit(code),
  callerPid: () => process.ppid,
  async runCommand(command, more) {
    const { runCommand } = await import('./drivers/terminal/run-command.ts')
    return runCommand(command, { ...env, ...more })
  },

  findFleet: async (named) =>
    findFleet({ named, fromEnvironment: env['MIDWATCH_FLEET'] ?? null, cwd: world.cwd }),
  async makeFleet(dir) {
    const { makeFleet } = await import('./drivers/config/init.ts')
    return makeFleet(dir, env['PATH'] ?? '')
  },
  configSource: async (dir, missing = 'refuse') => fileConfig({ dir, env, missing }),
  async configFrom(path) {
    const { readConfigFile } = await import('./drivers/config/read-file.ts')
    return readConfigFile(path, world.cwd)
  },
  async simulate(input) {
    const { simulate } = await import('../sim/simulate.ts')
    return simulate(input)
  },
  openFleet: (dir) => openFleet({ dir, env }),
  async moveFleet(dir, to, tell) {
    const { moveHere } = await import('./moving.ts')
    return await moveHere(dir, to, tell)
  },
  async nameHost(dir, name) {
    const [{ nameHost }, { ensureStateDir }] = await Promise.all([
      import('./host-names.ts'),
      import('./drivers/config/state-dir.ts'),
    ])
    await nameHost(ensureStateDir(dir), name, () => openFleet({ dir, env }))
  },
  parent,
  startDaemon: (fleet, options) =>
    startDaemon(opened(fleet), { ...options, env, parent, command: [process.execPath, script()] }),
  async startSentinel(fleet, log) {
    const { startSentinelHere } = await import('./around.ts')
    return startSentinelHere(opened(fleet), log)
  },
  get command() {
    return [process.execPath, script()]
  },
  async serviceManager(system) {
    const { systemd } = await import('./drivers/service/systemd.ts')
    return systemd({ system, env })
  },
  async backup(stateDir, file, name, over) {
    const [{ backupSqlite, requireFree }, { join, resolve }] = await Promise.all([
      import('./drivers/store/sqlite/backup.ts'),
      import('node:path'),
    ])
    const path = file === null ? join(stateDir, 'backups', name) : resolve(world.cwd, file)
    const database = join(stateDir, 'fleet.db')
    requireFree(database, path, over)
    return { path, ...(await backupSqlite(database, path)) }
  },
  async eyes({ dir, host, clock }) {
    const { localEyes } = await import('./drivers/sensors/eyes.ts')
    return localEyes({ dir, env: host.baseEnv, clock })
  },
  async checkOnce(fleet, seen) {
    const { checkHere } = await import('./around.ts')
    await checkHere(opened(fleet), seen)
  },
  async supervise({ words, dir, log }) {
    const { superviseChildren } = await import('./around.ts')
    const command = [process.execPath, ...process.execArgv, script(), ...words]
    const openHere = () => openFleet({ dir, env })
    return superviseChildren({ env, command, log, openFleet: openHere }, systemClock)
  },
  emptyAllSessions: (fleet) => emptyAllSessions(opened(fleet)),
  daemonLives,
  async askToEnd(row) {
    if (!(await daemonLives(row))) return false
    const above = row.under && { ...row.under, bootId: row.bootId }
    const supervised = above !== undefined && (await processLives(above))
    try {
      process.kill(supervised ? above.pid : row.pid, 'SIGTERM')
      return true
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return false
      throw failed(
        'stop.not_allowed',
        `process ${row.pid} belongs to another user`,
        'stop it as that user, or as root',
        error,
      )
    }
  },
  async outputs(stateDir) {
    const { fileOutputs } = await import('./drivers/outputs/files.ts')
    return fileOutputs(stateDir)
  },
  async askDaemon(socketPath, request) {
    const { askThroughSocket } = await import('./drivers/session/link.ts')
    return (await askThroughSocket(socketPath, request)) as SessionAnswer | null
  },
  async askLedger(socketPath, token, effect) {
    const { askThroughSocket } = await import('./drivers/session/link.ts')
    const request = { token, verb: 'effect', effect }
    return (await askThroughSocket(socketPath, request)) as LedgerAnswer | null
  },
  async leaveInOutbox(folder, request) {
    const { leaveInOutbox } = await import('./drivers/session/link.ts')
    leaveInOutbox(folder, request)
  },
  async clients(fleet) {
    const { config, loadAdapters, builds } = opened(fleet)
    const { probedAgents } = await import('./clients.ts')
    return { builds: await builds(), agents: probedAgents(await loadAdapters(), config) }
  },
  async readBoard(source) {
    const { readBoard } = await import('./drivers/boards/read.ts')
    return readBoard(source)
  },
  async effectHands(fleet) {
    const { effectHands } = await import('./effects.ts')
    return effectHands(opened(fleet))
  },
  async effectHandsApart(host) {
    const [{ effectHandsApart }, { createLocalHost }] = await Promise.all([
      import('./effects.ts'),
      import('./drivers/hosts/local.ts'),
    ])
    return effectHandsApart(createLocalHost({ env }), host, systemClock)
  },
  async door({ stateDir, random }) {
    const [{ doorOf }, { accessOf, renewAccess }, { accessFile, placeFile }] = await Promise.all([
      import('./drivers/http/door.ts'),
      import('./drivers/access/file.ts'),
      import('./drivers/http/files.ts'),
    ])
    const file = accessFile(stateDir)
    return doorOf({
      placeFile: placeFile(stateDir),
      env,
      operator: () => accessOf(file, random).operator,
      renew: () => void renewAccess(file, random),
    })
  },
  async serveMcp(fleet, role) {
    const { serveMcpOf } = await import('./api.ts')
    const token = env['MIDWATCH_TOKEN'] ?? ''
    const line = { input: process.stdin, output: process.stdout }
    await serveMcpOf(opened(fleet), { daemonLives, role, token, line })
  },
  async classifier() {
    const [{ classify }, { isoTimeIn }] = await Promise.all([
      import('./drivers/agents/classify/classify.ts'),
      import('./drivers/agents/classify/zoned.ts'),
    ])
    return { classify, timeIn: isoTimeIn }
  },
  async machine() {
    const [
      { createLocalHost },
      { adapterCards },
      look,
      { findCgroupRoot },
      launchers,
      { explain },
    ] = await Promise.all([
      import('./drivers/hosts/local.ts'),
      import('./drivers/agents/cards.ts'),
      import('./drivers/doctor/look.ts'),
      import('./drivers/launchers/local/cgroup.ts'),
      import('./drivers/launchers/look.ts'),
      import('./drivers/store/sqlite/errors.ts'),
    ])
    const host = createLocalHost({ env })
    return {
      versions: { node: process.versions.node, sqlite: process.versions['sqlite'] ?? '0' },
      host,
      whyNoLauncher: (launching) => launchers.whyNoLauncher(launching, host.baseEnv, host.asRoot),
      adapters: adapterCards,
      whyNotWritable: look.whyNotWritable,
      quickCheck: (path) => look.quickCheck(path, explain),
      controlGroups: () => findCgroupRoot() !== null,
    }
  },
}

/** Throws `cwd.gone` where somebody removed the folder under us. */
function whereWeStand(): string {
  try {
    return process.cwd()
  } catch (error) {
    throw failed(
      'cwd.gone',
      'the working directory no longer exists',
      'go to another folder',
      error,
    )
  }
}

/** Every fleet of this world was opened by app.ts. */
const opened = (fleet: Fleet): OpenedFleet => fleet as OpenedFleet

async function daemonLives(row: HostRow): Promise<boolean> {
  return await processLives(row)
}

async function processLives(row: {
  pid: number
  startTicks: string | null
  bootId: string
}): Promise<boolean> {
  const { processAlive } = await import('./drivers/launchers/local/process-identity.ts')
  return processAlive(row)
}

process.on('uncaughtException', (error) => {
  world.err.write(
    `${error.stack ?? error}\nmidwatch: this is a fault of Midwatch itself\n  → please report it with the lines above\n`,
  )
  process.exit(exitOfFault)
})
process.exitCode = await runCli(process.argv.slice(2), world)
