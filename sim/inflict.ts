// Brings planned faults upon the world, each at its time, and takes them away again.

import { health, type Machine } from './machine.ts'
import { present } from '../src/base/assert.ts'
import type { ConfigFile } from './config.ts'
import type { DaemonKeeper } from './daemons.ts'
import type { Fault } from './faults.ts'
import { wellServed, type World } from './world.ts'

export interface Stage {
  readonly world: World
  readonly keeper: DaemonKeeper
  readonly config: ConfigFile
}

/** Arms every fault. */
export function inflictAll(stage: Stage, faults: readonly Fault[]): void {
  for (const fault of faults)
    stage.world.time.at(fault.atMs, () => {
      stage.world.truth.count(`fault ${nameOf(fault)}`)
      inflict(stage, fault)
    })
}

/** The fault's name, without host and number. */
export const nameOf = (fault: Fault): string => fault.id.split('-')[0] ?? fault.kind

function inflict(stage: Stage, fault: Fault) {
  const { world, keeper, config } = stage
  switch (fault.kind) {
    case 'service':
      Object.assign(world.services, fault.serves)
      world.time.after(fault.forMs, () =>
        Object.assign(world.services, healthyPart(wellServed(), fault.serves)),
      )
      return
    case 'config_broken': {
      const before = config.lastGood
      config.write(null)
      world.time.after(fault.forMs, () => config.write(before))
      return
    }
    case 'config_changed':
      config.write({ ...config.lastGood, slots: fault.hostSlots })
      return
    default:
      inflictOn(
        stage,
        keeper,
        present(world.machines[fault.host], 'a fault hits a machine that is there'),
        fault,
      )
  }
}

const healthyPart = <T extends object>(healthy: T, part: Partial<T>): Partial<T> =>
  Object.fromEntries(Object.keys(part).map((key) => [key, healthy[key as keyof T]])) as Partial<T>

type MachineFault = Exclude<Fault, { kind: 'service' | 'config_broken' | 'config_changed' }>

function inflictOn({ world }: Stage, keeper: DaemonKeeper, machine: Machine, fault: MachineFault) {
  const { time } = world
  switch (fault.kind) {
    case 'daemon_crash':
      keeper.life(machine)?.doom(fault.passages)
      return
    case 'host_crash': {
      if (!machine.up) return
      const life = keeper.life(machine)
      machine.crash()
      life?.end()
      time.after(fault.forMs, () => {
        machine.timeline.resume()
        machine.boot()
        keeper.start(machine)
      })
      return
    }
    case 'host_suspend':
      return suspend(world, keeper, machine, fault.forMs)
    case 'daemon_hang': {
      const life = keeper.life(machine)
      life?.hang()
      machine.hangs += 1
      time.after(fault.forMs, () => {
        machine.hangs -= 1
        if (!machine.timeline.suspended) life?.wake()
      })
      return
    }
    case 'clock_step':
      machine.timeline.offsetMs += fault.byMs
      return
    case 'kill_program':
    case 'kill_wrapper':
      return killOne(machine, fault.kind === 'kill_program' ? 'program' : 'wrapper')
    case 'pid_churn':
      for (let i = 0; i < 3_500; i++) machine.processes.end(machine.processes.spawn('stranger'))
      return
    case 'ailment':
      Object.assign(machine.ails, fault.ails)
      time.after(fault.forMs, () => Object.assign(machine.ails, healthyPart(health(), fault.ails)))
  }
}

function suspend(world: World, keeper: DaemonKeeper, machine: Machine, forMs: number): void {
  if (!machine.up || machine.timeline.suspended) return
  machine.timeline.suspend()
  const life = keeper.life(machine)
  life?.hang()
  world.time.after(forMs, () => {
    if (!machine.timeline.suspended) return
    machine.timeline.resume()
    life?.wake()
    keeper.start(machine) // it may have died in its sleep
  })
}

function killOne(machine: Machine, what: 'program' | 'wrapper'): void {
  const [attemptId] = machine.processes.livingAttempts().slice(-1)
  if (attemptId === undefined) return
  const victim = machine.processes.ofAttempt(attemptId).find((process) => process.what === what)
  if (victim !== undefined) machine.processes.signal(victim, 'SIGKILL')
}
