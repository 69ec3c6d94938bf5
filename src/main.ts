// The program: gives the command line its world. Everything dear is imported when it is asked for, so that a command
// pays only for what it uses.

import { fileURLToPath } from 'node:url'

import { emptyAllSessions, openFleet, startDaemon } from './app.ts'
import { systemClock } from './base/clock.ts'
import { fileConfig } from './drivers/config/file-source.ts'
import { findFleet } from './drivers/config/discover.ts'
import type { HostRow } from './drivers/store/contract.ts'
import type { Fleet as OpenedFleet } from './fleet.ts'
import { runCli } from './surface/cli/run.ts'
import { exitOfFault } from './surface/cli/trouble.ts'
import type { Fleet, SessionAnswer, TextStream, World } from './surface/cli/world.ts'

const { env } = process

/** The command that started us, whether built or from source. */
const script = () => fileURLToPath(new URL('../bin/midwatch.mjs', import.meta.url))

const world: World = {
  env,
  cwd: process.cwd(),
  clock: systemClock,
  userName: () =>
    env['USER'] || env['LOGNAME'] || process.getBuiltinModule('node:os').userInfo().username,
  out: textStream(1),
  err: textStream(2),
  readInput: () => process.getBuiltinModule('node:stream/consumers').text(process.stdin),
  readFile: (path) => process.getBuiltinModule('node:fs/promises').readFile(path, 'utf8'),
  onStopSignal(callback) {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.on(signal, callback)
    return () => {
      for (const signal of signals) process.off(signal, callback)
    }
  },
  exitNow: (code) => process.exit(code),

  findFleet: async (named) =>
    findFleet({ named, fromEnvironment: env['MIDWATCH_FLEET'] ?? null, cwd: world.cwd }),
  async makeFleet(dir) {
    const { makeFleet } = await import('./drivers/config/init.ts')
    return makeFleet(dir, env['PATH'] ?? '')
  },
  configSource: async (dir, missing = 'refuse') => fileConfig({ dir, env, missing }),
  openFleet: (dir) => openFleet({ dir, env }),
  startDaemon: (fleet, options) =>
    startDaemon(opened(fleet), { ...options, command: [process.execPath, script()] }),
  emptyAllSessions: (fleet) => emptyAllSessions(opened(fleet)),
  daemonLives,
  async askToEnd(row) {
    if (!(await daemonLives(row))) return false
    process.kill(row.pid, 'SIGTERM')
    return true
  },
  async outputs(stateDir) {
    const { fileOutputs } = await import('./drivers/outputs/files.ts')
    return fileOutputs(stateDir)
  },
  async askDaemon(socketPath, request) {
    const { askThroughSocket } = await import('./drivers/session/link.ts')
    return (await askThroughSocket(socketPath, request)) as SessionAnswer | null
  },
  async leaveInOutbox(folder, request) {
    const { leaveInOutbox } = await import('./drivers/session/link.ts')
    leaveInOutbox(folder, request)
  },
  async machine() {
    const [{ createLocalHost }, { commandAdapter }, { claudeAdapter }, look, { findCgroupRoot }] =
      await Promise.all([
        import('./drivers/hosts/local.ts'),
        import('./drivers/agents/command.ts'),
        import('./drivers/agents/claude.ts'),
        import('./drivers/doctor/look.ts'),
        import('./drivers/launchers/local/cgroup.ts'),
      ])
    return {
      versions: { node: process.versions.node, sqlite: process.versions['sqlite'] ?? '0' },
      host: createLocalHost({ env }),
      adapters: [commandAdapter, claudeAdapter],
      whyNotWritable: look.whyNotWritable,
      quickCheck: look.quickCheck,
      controlGroups: () => findCgroupRoot() !== null,
    }
  },
}

/** Every fleet of this world was opened by app.ts. */
const opened = (fleet: Fleet): OpenedFleet => fleet as OpenedFleet

async function daemonLives(row: HostRow): Promise<boolean> {
  const { processAlive } = await import('./drivers/launchers/local/process-identity.ts')
  return processAlive(row)
}

/** A stream of ours, opened when first used. */
function textStream(descriptor: 1 | 2): TextStream {
  const stream = () => (descriptor === 1 ? process.stdout : process.stderr)
  const isTerminal = () =>
    isCharacterDevice(descriptor) && process.getBuiltinModule('node:tty').isatty(descriptor)
  return {
    get isTerminal() {
      return isTerminal()
    },
    get columns() {
      return (isTerminal() ? stream().columns : Number(env['COLUMNS'])) || 80
    },
    get colour() {
      if (env['NO_COLOR'] || env['TERM'] === 'dumb') return false
      return isTerminal() || /^[123]$|^true$/.test(env['FORCE_COLOR'] ?? '')
    },
    write: (text) => writeWhole(descriptor, text),
  }
}

/** Spares the loading of `node:tty` where no terminal can be: files, pipes, and memory devices such as /dev/null. */
function isCharacterDevice(descriptor: number): boolean {
  try {
    const stat = process.getBuiltinModule('node:fs').fstatSync(descriptor)
    return stat.isCharacterDevice() && stat.rdev >> 8 !== memoryDevices
  } catch {
    return false // closed
  }
}

/** The major number of /dev/null and its kin. */
const memoryDevices = 1

/**
 * Writes all of it before it returns, so that an ending program loses nothing; Node's own streams would cost a tenth of
 * a short command. A reader that went away (`midwatch list | head`) ends us quietly.
 */
function writeWhole(descriptor: 1 | 2, text: string | Uint8Array): void {
  const { writeSync } = process.getBuiltinModule('node:fs')
  let rest = typeof text === 'string' ? Buffer.from(text) : text
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE') process.exit(0)
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5) // a full pipe that does not block
    }
  }
}

process.on('uncaughtException', (error) => {
  world.err.write(
    `${error.stack ?? error}\nmidwatch: this is a fault of Midwatch itself\n  → please report it with the lines above\n`,
  )
  process.exit(exitOfFault)
})
process.exitCode = await runCli(process.argv.slice(2), world)
