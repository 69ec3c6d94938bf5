// Keeps a daemon alive on each machine, as its supervisor would: starts it after boot, and again after its death, with the
// supervisor's own waits. Each life has handles of its own, so that nothing of a dead one is ever heard again.

import { createCalendar } from '../src/drivers/calendar/croner.ts'
import { type Daemon, type DaemonOptions, startDaemonOf } from '../src/daemon.ts'
import { afterDeath, type Deaths, noDeaths } from '../src/loops/supervise/restart.ts'
import { defaultSentinel } from '../src/model/sentinel.ts'
import { type Fleet, fleetOf, type Parts } from '../src/fleet.ts'
import { simulatedChecker } from './checker.ts'
import { simulatedSenses } from './senses.ts'
import { simulatedBuilds } from './builds.ts'
import { simulatedWorkspaces } from './workspaces.ts'
import { holdsOf } from './worktrees.ts'
import { claudeAdapter } from '../src/drivers/agents/claude.ts'
import { commandAdapter } from '../src/drivers/agents/command.ts'
import type { Store } from '../src/drivers/store/contract.ts'
import type { ServerTime } from '../src/drivers/store/postgres/server-clock.ts'
import type { ConfigFile } from './config.ts'
import { clockOf } from './clock.ts'
import { crossing } from './crossings.ts'
import { simulatedHost } from './host.ts'
import { simulatedLauncher } from './launcher.ts'
import type { Machine } from './machine.ts'
import { Life, type Meddler, mortal } from './mortal.ts'
import type { Process } from './processes.ts'
import { simulatedOutside } from './post.ts'
import { overhear, simulatedCredentials } from './secrets.ts'
import { sharedTime } from './server.ts'
import { servingOf } from './serving.ts'
import { isSystemTrouble, storeMeddler } from './trouble.ts'
import type { World } from './world.ts'
import type { SessionStarter } from './wrapper.ts'

/** No machine's own zone matters: a seed is a world everywhere. */
const calendar = createCalendar('UTC')

export interface DaemonKeeper {
  /** The life of the daemon on this machine now, if it has one. */
  life(machine: Machine): Life | null
  daemon(machine: Machine): Daemon | null
  /** The life of the sentinel beside it, where there is one. */
  sentinel(machine: Machine): Life | null
  /** The life of the supervisor over both, where there is one. */
  supervisor(machine: Machine): Life | null
  /** Every life of the house on this machine, whoever ends the others first. */
  lives(machine: Machine): readonly Life[]
  /** Starts one now or soon, unless one lives. */
  start(machine: Machine): void
  /** Somebody starts another one beside it. */
  rival(machine: Machine): void
  /** A person stops it in an orderly way; it is started again after `downMs`. */
  stop(machine: Machine, downMs: number): void
}

interface Living extends OneLife {
  daemon: Daemon | null
}

/** Who wants to hear of changes, of all or of those that may concern a host. */
export interface Watcher {
  readonly tell: () => void
  readonly host: string | undefined
}

/** Tells those whom it may concern. */
export function tellAll(watchers: ReadonlySet<Watcher>, of: string | undefined): void {
  for (const { tell, host } of [...watchers])
    if (of === undefined || host === undefined || host === of) tell()
}

export interface KeeperDeps {
  readonly world: World
  readonly config: ConfigFile
  readonly sessions: SessionStarter
  readonly watchers: Set<Watcher>
  /** Whether its daemons serve API and page. */
  readonly pages?: boolean
  /** A daemon met something that no daemon should. */
  readonly onFailure: (machine: Machine, where: string, error: unknown) => void
  /** What a scenario puts before its parts: a store that fails in its own way, say. */
  readonly parts?: (parts: Parts, process: Process) => Parts
  /** What a scenario's daemons do besides: keep house, pulse. */
  readonly options?: (machine: Machine, life: Life) => Partial<DaemonOptions>
}

/** One process of a machine, for as long as it lives. */
export interface OneLife {
  readonly life: Life
  readonly process: Process
}

/** Makes the keeper. Nothing runs before `start`. */
export function keepDaemons(deps: KeeperDeps): DaemonKeeper {
  const living = new Map<Machine, Living>()
  const { world } = deps
  const remembered = new Map<Machine, { readonly bootId: string; readonly deaths: Deaths }>()
  const restart = (machine: Machine, ms: number) =>
    world.time.after(ms, () => machine.up && start(machine))

  /** A supervisor forgets with its machine. */
  function restartAfterDeath(machine: Machine, bornMs: number): void {
    const nowMs = machine.timeline.monotonicMs()
    const known = remembered.get(machine)
    const before = known?.bootId === machine.bootId ? known.deaths : noDeaths(bornMs)
    const { restartWaitsMs } = defaultSentinel
    const { deaths, waitMs } = afterDeath(before, nowMs, nowMs - bornMs, restartWaitsMs)
    remembered.set(machine, { bootId: machine.bootId, deaths })
    restart(machine, waitMs + 1_000 + Math.floor(machine.chance.about(1_000)))
  }

  function start(machine: Machine): void {
    if (!machine.up || machine.timeline.suspended || living.has(machine)) return
    world.truth.count('daemon started')
    const process = machine.processes.spawn('daemon')
    const bornMs = machine.timeline.monotonicMs()
    const life = new Life(() => {
      world.truth.count('daemon died')
      machine.processes.end(process)
      machine.socket = null
      living.delete(machine)
      restartAfterDeath(machine, bornMs)
    })
    process.onSignal = () => life.end()
    const one: Living = { life, process, daemon: null }
    living.set(machine, one)
    begin(deps, machine, one).catch((error: unknown) => {
      if (!isSystemTrouble(error)) deps.onFailure(machine, 'start', error)
      life.end()
    })
  }

  return {
    life: (machine) => living.get(machine)?.life ?? null,
    daemon: (machine) => living.get(machine)?.daemon ?? null,
    sentinel: () => null,
    supervisor: () => null,
    lives: (machine) => [living.get(machine)?.life ?? []].flat(),
    start,
    rival: (machine) => startRival(deps, machine),
    stop(machine, downMs) {
      const one = living.get(machine)
      if (one?.daemon == null) return
      void one.daemon
        .stop()
        .then(
          () => world.truth.count('daemon stopped well'),
          () => {},
        )
        .then(() => {
          if (living.get(machine) !== one) return
          one.life.alive = false
          machine.processes.end(one.process)
          machine.socket = null
          living.delete(machine)
          restart(machine, downMs)
        })
    },
  }
}

/** The fleet as one process of a machine sees it. */
export function fleetFor(deps: KeeperDeps, machine: Machine, one: OneLife): Fleet {
  const { life, process } = one
  const { world, config } = deps
  const own = mortal(clockOf(machine.timeline), life)
  const who = `${process.what} ${machine.name} ${process.pid} ${world.time.nowMs}`
  const random = world.chance.split(who)
  const meddle = storeMeddler(world, machine, random.split('trouble'))
  const time = sharedTime(world, own, life, meddle)
  const clock = time?.clock ?? own
  const launcher = mortal(simulatedLauncher(machine, clock, deps.sessions), life)
  const builds = mortal(simulatedBuilds(machine, world.services, clock), life)
  const reached = crossing(watched(world.store, deps), world, machine, one)
  const parts: Parts = {
    dir: '/fleet',
    stateDir: '/fleet/.midwatch',
    clock,
    random,
    host: mortal(simulatedHost(world, machine, process.pid), life),
    source: mortal(config.source(), life),
    store: storeOf(mortal(reached, life, lookingBefore(meddle, time)), time),
    launcher: async () => launcher,
    adapters: [commandAdapter, claudeAdapter],
    loadAdapters: async () => [commandAdapter, claudeAdapter],
    builds: async () => builds,
    senses: async () => mortal(simulatedSenses(world, machine), life),
    calendar: async () => calendar,
    checker: async () => mortal(simulatedChecker(world, machine), life),
    ...(config.lastGood.accounts && { credentials: async () => simulatedCredentials() }),
    workspaces: async () =>
      mortal(simulatedWorkspaces(machine.worktrees, holdsOf(world, machine)), life),
  }
  return fleetOf(deps.parts?.(parts, process) ?? parts, config.read())
}

/** Starts a daemon beside the one that the keeper keeps; it is over as soon as it was answered. */
export function startRival(deps: KeeperDeps, machine: Machine): void {
  if (!machine.up || machine.timeline.suspended) return
  const process = machine.processes.spawn('daemon')
  const life = new Life(() => machine.processes.end(process))
  process.onSignal = () => life.end()
  const over = () => life.end()
  const deaf: KeeperDeps = {
    ...deps,
    pages: false,
    options: (host, its) => ({ ...deps.options?.(host, its), listen: null }),
  }
  beginDaemon(deaf, machine, { life, process }).then(over, over)
}

async function begin(deps: KeeperDeps, machine: Machine, one: Living): Promise<void> {
  const daemon = await beginDaemon(deps, machine, one)
  one.daemon = daemon
  daemon.stopped.then(
    () => {},
    (error: unknown) => {
      deps.world.truth.count('daemon broke down')
      deps.onFailure(machine, 'service', error)
      one.life.end()
    },
  )
}

/** Starts the real daemon in this process of a machine. */
export async function beginDaemon(
  deps: KeeperDeps,
  machine: Machine,
  { life, process }: OneLife,
): Promise<Daemon> {
  const fleet = fleetFor(deps, machine, { life, process })
  await fleet.store.time?.look()
  return startDaemonOf(fleet, {
    log: (line, fields) => {
      overhear(deps.world, 'a log', line)
      const { where, error } = (fields ?? {}) as { where?: string; error?: unknown }
      // What a dead process still reckons with answers it never had, nobody hears.
      if (life.alive && where !== undefined && !isSystemTrouble(error))
        deps.onFailure(machine, where, error)
    },
    binDir: '/fleet/.midwatch/bin',
    socketPath: '/fleet/.midwatch/daemon.sock',
    listen: async (answer) => {
      machine.socket = (request) =>
        new Promise((resolve, reject) => life.deliver(() => answer(request).then(resolve, reject)))
      const stopped = new Promise<void>(() => {})
      return {
        name: 'ears',
        stopped,
        stop: async () => {
          machine.socket = null
        },
      }
    },
    holderAlive: (row) =>
      row.bootId === machine.bootId && machine.processes.lives(row.pid, row.startTicks),
    startTicks: process.startTicks,
    notifiers: () => [],
    outside: simulatedOutside(deps.world, machine, life, process, fleet.clock),
    ...(deps.pages === true && servingOf({ ...deps, machine, life, fleet })),
    ...deps.options?.(machine, life),
  })
}

/** Every call looks whether the time is still known, as every write over a real server does. */
const lookingBefore = (meddle: Meddler, time: ServerTime | null): Meddler =>
  time === null
    ? meddle
    : (name, call) => {
        const asked = () => {
          time.freshen()
          return meddle(name, call)
        }
        return time.offsetMs() === null ? time.look().then(asked) : asked()
      }

const storeOf = (store: Store, time: ServerTime | null): Store =>
  time === null ? store : { ...store, time }

/** The store, noticing changes of others as a watched file or a notification would let it. */
const watched = (store: Store, deps: KeeperDeps): Store => ({
  ...store,
  watch(tell, host) {
    const watcher = { tell, host }
    deps.watchers.add(watcher)
    return () => void deps.watchers.delete(watcher)
  },
  poke: (host) => deps.world.poke(host),
  async claim(input) {
    const answer = await store.claim(input)
    if (answer.refused !== null) deps.world.truth.count(`claim refused ${answer.refused.code}`)
    return answer
  },
  async boundNow(input) {
    const bound = await store.boundNow(input)
    for (const { refusal } of bound) deps.world.truth.count(`look refused ${refusal.code}`)
    return bound
  },
  close: async () => {},
})
