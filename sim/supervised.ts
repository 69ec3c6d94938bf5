// A machine as it is in earnest: the real supervisor over a daemon and a sentinel, each a simulated process of its own with its
// own handles. Signals, pings and words cross from life to life; whoever is stopped with SIGSTOP answers nobody.

import type {
  Ask,
  Child,
  ChildExit,
  ChildRole,
  Children,
  Health,
  Say,
} from '../src/drivers/children/contract.ts'
import type { Daemon } from '../src/daemon.ts'
import { startSupervisor, type Supervisor } from '../src/loops/supervise/supervisor.ts'
import { defaultSentinel } from '../src/model/sentinel.ts'
import { type Sentinel, startSentinelOf } from '../src/sentinel.ts'
import {
  beginDaemon,
  type DaemonKeeper,
  fleetFor,
  type KeeperDeps,
  type OneLife,
  startRival,
} from './daemons.ts'
import type { Machine } from './machine.ts'
import { Life } from './mortal.ts'
import { partOf } from './part.ts'
import { simulatedOutside } from './post.ts'
import { isSystemTrouble } from './trouble.ts'
import type { World } from './world.ts'

/** What runs in a child: the daemon or the sentinel, as far as its supervisor asks it. */
interface Work {
  stop(): Promise<unknown>
  health(): Health
}

interface House {
  readonly life: Life
  supervisor: Supervisor | null
  /** After which time another one is started where this one comes to its end. */
  downMs: number
  readonly children: Map<ChildRole, { readonly one: OneLife; work: Work | null }>
}

/** When the dead-man switch of this world was asked. */
export const pingsIn = partOf<World, number[]>(() => [])
/** What sentinels and supervisors told whoever sits at the terminal. */
export const saidIn = partOf<World, string[]>(() => [])

/** A supervisor whose first daemon does not work ends; its service manager starts it again (`RestartSec` of its unit). */
const serviceRestartMs = 5_000

/** Makes the keeper: whoever starts a machine starts its supervisor. */
export function keepSupervised(deps: KeeperDeps): DaemonKeeper {
  const houses = new Map<Machine, House>()
  const childOf = (machine: Machine, role: ChildRole) => houses.get(machine)?.children.get(role)

  function start(machine: Machine): void {
    if (!machine.up || machine.timeline.suspended || houses.has(machine)) return
    const process = machine.processes.spawn('supervisor')
    // Its children go with it, as they do where their line to it breaks; its service manager starts another one.
    const life = new Life(() => {
      machine.processes.end(process)
      houses.delete(machine)
      for (const { one } of house.children.values()) one.life.end()
      deps.world.time.after(house.downMs, () => start(machine))
    })
    const house: House = {
      life,
      supervisor: null,
      downMs: serviceRestartMs,
      children: new Map(),
    }
    houses.set(machine, house)
    const fleet = fleetFor(deps, machine, { life, process })
    const { store, host, clock, config } = fleet
    const rules = config.sentinel ?? defaultSentinel
    house.supervisor = startSupervisor({
      children: childrenOf(deps, machine, house),
      clock,
      log: (line) => void saidIn(deps.world).push(line),
      openBooks: async () => ({
        ...{ store, host: host.name, pid: process.pid, rules },
        close: async () => {},
      }),
    })
    const over = () => life.end()
    house.supervisor.stopped.then(over, over)
  }

  return {
    life: (machine) => childOf(machine, 'daemon')?.one.life ?? null,
    daemon: (machine) => (childOf(machine, 'daemon')?.work as Daemon | null) ?? null,
    sentinel: (machine) => childOf(machine, 'sentinel')?.one.life ?? null,
    supervisor: (machine) => houses.get(machine)?.life ?? null,
    lives(machine) {
      const house = houses.get(machine)
      if (house === undefined) return []
      return [house.life, ...[...house.children.values()].map(({ one }) => one.life)]
    },
    start,
    rival: (machine) => startRival(deps, machine),
    stop(machine, downMs) {
      const house = houses.get(machine)
      if (house === undefined) return
      house.downMs = downMs
      void house.supervisor?.stop()
    },
  }
}

function childrenOf(deps: KeeperDeps, machine: Machine, house: House): Children {
  return {
    start(role) {
      const process = machine.processes.spawn(role)
      const toParent = (act: () => void) => house.life.deliver(act)
      const listeners: ((say: Say) => void)[] = []
      const say = (what: Say) =>
        toParent(() => {
          for (const listener of listeners) listener(what)
        })
      let gone: (exit: ChildExit) => void = () => {}
      const exited = new Promise<ChildExit>((resolve) => {
        gone = resolve
      })
      const leave = (exit: ChildExit) => {
        machine.processes.end(process)
        if (role === 'daemon') machine.socket = null
        toParent(() => gone(exit))
      }
      const life = new Life(() => leave({ code: null, signal: 'SIGKILL' }))
      process.onSignal = () => life.end()
      const child: { one: OneLife; work: Work | null } = { one: { life, process }, work: null }
      house.children.set(role, child)
      deps.world.truth.count(`${role} started`)
      workOf(deps, machine, role, child.one).then(
        (work) => {
          child.work = work
          say({ say: 'ready' })
        },
        (error: unknown) => {
          if (!isSystemTrouble(error)) deps.onFailure(machine, `start of the ${role}`, error)
          life.end()
        },
      )
      const stop = () =>
        life.deliver(() => {
          void child.work?.stop().then(() => {
            if (!life.alive) return
            life.alive = false
            leave({ code: 0, signal: null })
          })
        })
      return childAs({ pid: process.pid, exited, listeners, say, life, stop, child, deps, machine })
    },
  }
}

interface Running {
  readonly pid: number
  readonly exited: Promise<ChildExit>
  readonly listeners: ((say: Say) => void)[]
  readonly say: (what: Say) => void
  readonly life: Life
  readonly stop: () => void
  readonly child: { readonly work: Work | null }
  readonly deps: KeeperDeps
  readonly machine: Machine
}

/** A child as its supervisor holds it. */
function childAs(running: Running): Child {
  const { pid, exited, listeners, say, life, stop, child, machine } = running
  return {
    pid,
    exited,
    send(ask: Ask) {
      if (ask.ask === 'stop') return stop()
      life.deliver(() => {
        if (child.work !== null) say({ say: 'pong', nonce: ask.nonce, health: child.work.health() })
      })
    },
    onSay: (listener) => void listeners.push(listener),
    async end(graceMs) {
      stop()
      const late = new Promise<'late'>((resolve) =>
        machine.timeline.after(graceMs, () => resolve('late')),
      )
      if ((await Promise.race([exited, late])) !== 'late') return ['SIGTERM']
      life.end()
      await exited
      return ['SIGTERM', 'SIGKILL']
    },
  }
}

async function workOf(
  deps: KeeperDeps,
  machine: Machine,
  role: ChildRole,
  one: OneLife,
): Promise<Work> {
  if (role === 'sentinel') return beginSentinel(deps, machine, one)
  const daemon = await beginDaemon(deps, machine, one)
  daemon.stopped.catch((error: unknown) => {
    if (!isSystemTrouble(error)) deps.onFailure(machine, 'service', error)
    one.life.end()
  })
  return daemon
}

/** Starts the real sentinel in this process of a machine. */
export function beginSentinel(deps: KeeperDeps, machine: Machine, one: OneLife): Sentinel {
  const { world } = deps
  const fleet = fleetFor(deps, machine, one)
  return startSentinelOf(fleet, {
    log: (line) => void saidIn(world).push(line),
    notifiers: () => [],
    outside: simulatedOutside(world, machine, one.life, one.process, fleet.clock),
    deadman: { ping: async () => void pingsIn(world).push(world.time.nowMs) },
  })
}
