// Every launcher that the suite is run against, by name, so that a process of its own can open the same one: that is what
// a daemon that is killed looks like.

import { dirname, join } from 'node:path'
import { systemClock } from '../../../src/base/clock.ts'
import type { Bounds, Launcher } from '../../../src/drivers/launchers/contract.ts'
import { createLocalLauncher } from '../../../src/drivers/launchers/local/local.ts'
import { createSpawner, spawnerOf } from '../../../src/drivers/launchers/local/spawner.ts'
import { createContainerLauncher } from '../../../src/drivers/launchers/container/container.ts'
import { createSystemdLauncher } from '../../../src/drivers/launchers/systemd/systemd.ts'
import { type AskTool, toolsUnder } from '../../../src/drivers/launchers/tool.ts'
import type {
  ContainerLaunching,
  Sandboxing,
  SystemdLaunching,
} from '../../../src/model/launcher.ts'
import { engineHere, testImage } from '../../support/engines.ts'
import { attemptsFolder } from './conformance/stage.ts'

export const fleetOf = (pid: number): string => `test-${pid}`

/** Programs as root asks them. */
export const tools: AskTool = toolsUnder({ PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' })

/** The same as the user asks them who runs this, if a manager of theirs runs. */
const userTools: AskTool = toolsUnder({
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  ...(process.env['XDG_RUNTIME_DIR'] && { XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] }),
})

/** What a session of the suite must see besides the system: the program of Node. */
const reads = [dirname(process.execPath)]

export const systemdBounds = (changes: Partial<SystemdLaunching> = {}): Bounds => ({
  launching: {
    kind: 'systemd',
    manager: 'auto',
    protect: true,
    network: true,
    memoryBytes: null,
    cpus: null,
    tasks: null,
    writable: [],
    ...changes,
  },
  limitMs: 60_000,
  graceMs: 5_000,
  reads,
  writes: [],
})

export const sandboxBounds = (changes: Partial<Sandboxing> = {}): Bounds => ({
  launching: { kind: 'local', sandbox: { network: true, writable: [], readable: [], ...changes } },
  limitMs: 60_000,
  graceMs: 5_000,
  reads,
  writes: [],
})

export const containerBounds = (changes: Partial<ContainerLaunching> = {}): Bounds => ({
  launching: {
    kind: 'container',
    engine: 'podman',
    image: testImage,
    pull: 'never',
    network: 'none',
    user: null,
    readOnly: true,
    memoryBytes: null,
    cpus: null,
    tasks: null,
    ...changes,
    mounts: [{ from: '/usr', to: '/usr', write: false }, ...(changes.mounts ?? [])],
  },
  limitMs: 60_000,
  graceMs: 5_000,
  reads,
  writes: [],
})

/** Opens the launcher of a name over `dir`, for the fleet of `pid`. */
export const openers: Readonly<Record<string, (dir: string, pid: number) => Launcher>> = {
  local: (dir, pid) => local(dir, pid, {}),
  'local by marks alone': (dir, pid) => local(dir, pid, { containment: 'marks' }),
  'local without a spawner': (dir, pid) =>
    local(dir, pid, { spawner: createSpawner(systemClock, join(dir, 'no-perl')) }),
  'local in a sandbox': (dir, pid) => local(dir, pid, {}),
  podman: (dir, pid) =>
    createContainerLauncher(
      { ...common(dir, pid), ask: engineHere('podman'), asRoot: true },
      'podman',
    ),
  docker: (dir, pid) =>
    createContainerLauncher(
      { ...common(dir, pid), ask: engineHere('docker'), asRoot: true },
      'docker',
    ),
  systemd: (dir, pid) => createSystemdLauncher({ ...common(dir, pid), ask: tools }, 'system'),
  'systemd of a user': (dir, pid) =>
    createSystemdLauncher({ ...common(dir, pid), ask: userTools }, 'user'),
}

const common = (dir: string, pid: number) => ({
  attemptsDir: attemptsFolder(dir),
  fleetId: fleetOf(pid),
  clock: systemClock,
})

const local = (dir: string, pid: number, more: object): Launcher =>
  createLocalLauncher({ ...common(dir, pid), spawner: spawnerOf(systemClock), ...more })
