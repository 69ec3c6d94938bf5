// Faults of machines and their daemons: crash, sleep, hang, clocks, processes, disks, launchers.

import type { Chance } from '../chance.ts'
import { type Ailments, health, type Machine } from '../machine.ts'
import { type FaultKind, hostFault, type Heal, type Moment, type Stage } from './contract.ts'

type Ails = Partial<Ailments>

/** Something ails a machine for a while. Where two of a kind overlap, the first to end heals both. */
export const ailment = (
  name: string,
  perDay: number,
  draw: (chance: Chance, moment: Moment) => Ails,
): FaultKind =>
  hostFault(
    name,
    perDay,
    (_stage, { ails }, drawn: Ails) => {
      Object.assign(ails, drawn)
      return () => void Object.assign(ails, healthyPart(health(), drawn))
    },
    draw,
  )

/** The healthy values of what a part changed. */
export const healthyPart = <T extends object>(healthy: T, part: Partial<T>): Partial<T> =>
  Object.fromEntries(Object.keys(part).map((key) => [key, healthy[key as keyof T]])) as Partial<T>

const twoHoursMs = 2 * 3_600_000

export const machineFaults: readonly FaultKind[] = [
  hostFault(
    'daemonCrash',
    5,
    ({ keeper }, machine, { passages }: { passages: number }) => {
      keeper.life(machine)?.doom(passages)
      return null
    },
    (chance) => ({ passages: chance.whole(1, 60) }),
  ),
  // Somebody starts another daemon by hand, where one lives or sleeps.
  hostFault('secondDaemon', 0.4, ({ keeper }, machine) => {
    keeper.rival(machine)
    return null
  }),
  {
    ...hostFault(
      'sentinelCrash',
      5,
      ({ keeper }, machine, { passages }: { passages: number }) => {
        keeper.sentinel(machine)?.doom(passages)
        return null
      },
      (chance) => ({ passages: chance.whole(1, 60) }),
    ),
    supervised: true,
  },
  {
    ...hostFault(
      'supervisorCrash',
      2,
      ({ keeper }, machine, { passages }: { passages: number }) => {
        const life = keeper.supervisor(machine)
        if (passages === 0) life?.end()
        else life?.doom(passages)
        return null
      },
      (chance) => ({ passages: chance.whole(0, 12) }),
    ),
    supervised: true,
  },
  hostFault('hostCrash', 0.4, hostCrash, (chance) => ({ passages: chance.whole(0, 40) })),
  hostFault('hostSuspend', 0.4, (stage, machine) => suspend(stage, machine)),
  hostFault('daemonHang', 0.6, ({ keeper, world: { time } }, machine) => {
    const life = keeper.life(machine)
    life?.hang(time.nowMs)
    machine.hangs += 1
    machine.troubles += 1
    return () => {
      machine.hangs -= 1
      if (!machine.timeline.suspended) life?.wake(time.nowMs)
    }
  }),
  hostFault(
    'clockStep',
    0.15,
    (_stage, { timeline }, { byMs }: { byMs: number }) => {
      timeline.step(byMs)
      return null
    },
    (chance) => ({ byMs: Math.round((chance.next() - 0.5) * 2 * twoHoursMs) }),
  ),
  // A machine whose clock keeps local time: it steps by an hour when summer time begins or ends.
  hostFault(
    'summerTime',
    0.05,
    (_stage, { timeline }, { byMs }: { byMs: number }) => {
      timeline.step(byMs)
      return () => timeline.step(-byMs)
    },
    (chance) => ({ byMs: chance.pick([3_600_000, -3_600_000]) }),
  ),
  hostFault(
    'clockDrift',
    0.15,
    (_stage, { timeline }, { ppm }: { ppm: number }) => {
      timeline.drift(ppm)
      return () => timeline.drift(0)
    },
    (chance) => ({ ppm: chance.whole(-20_000, 20_000) }),
  ),
  hostFault('killProgram', 0.5, (_stage, machine) => killOne(machine, 'program')),
  hostFault('killWrapper', 0.3, (_stage, machine) => killOne(machine, 'wrapper')),
  hostFault('pidChurn', 1, (_stage, { processes }) => {
    for (let i = 0; i < 3_500; i++) processes.end(processes.spawn('stranger'))
    return null
  }),
  ailment('diskFull', 0.3, () => ({ diskFull: true })),
  ailment('noProcesses', 0.3, () => ({ noProcesses: true })),
  ailment('deafLauncher', 0.4, () => ({ deafLauncher: true })),
  ailment('launcherMute', 0.4, () => ({ launcherMute: true })),
  ailment('slowStart', 0.5, (chance) => ({ slowStartMs: chance.whole(500, 60_000) })),
  ailment('doubledStart', 0.6, () => ({ doubledStart: true })),
  ailment('networkDown', 0.5, () => ({ networkDown: true })),
  ailment('folderGone', 0.2, () => ({ folderGone: true })),
  ailment('programGone', 0.2, () => ({ programGone: true })),
  ailment('checksBroken', 0.3, () => ({ checksBroken: true })),
  ailment('loud', 0.3, () => ({ loud: true })),
  ailment('deafWatch', 0.5, () => ({ deafWatch: true })),
  ailment('sessionsCutOff', 0.5, () => ({ sessionsCutOff: true })),
]

/** Power is lost, at once or before or after a call of its daemon; a daemon that is idle for too long loses its life alone. */
function hostCrash({ keeper }: Stage, machine: Machine, { passages }: { passages: number }) {
  if (!machine.up) return null
  let isOver = false
  const crash = () => {
    if (isOver || !machine.up) return
    const lives = keeper.lives(machine)
    machine.crash()
    for (const life of lives) life.end()
  }
  const life = keeper.life(machine)
  if (passages === 0 || life === null) crash()
  else life.doom(passages, crash)
  return () => {
    isOver = true
    if (machine.up) return
    machine.timeline.resume()
    machine.boot()
    keeper.start(machine)
  }
}

function suspend({ keeper, world: { time } }: Stage, machine: Machine): Heal | null {
  if (!machine.up || machine.timeline.suspended) return null
  machine.timeline.suspend()
  machine.troubles += 1
  const lives = keeper.lives(machine)
  for (const life of lives) life.hang(time.nowMs)
  return () => {
    if (!machine.timeline.suspended) return
    machine.timeline.resume()
    for (const life of lives) life.wake(time.nowMs)
    keeper.start(machine) // it may have died in its sleep
  }
}

function killOne(machine: Machine, what: 'program' | 'wrapper'): null {
  const [attemptId] = machine.processes.livingAttempts().slice(-1)
  if (attemptId === undefined) return null
  const victim = machine.processes.ofAttempt(attemptId).find((process) => process.what === what)
  if (victim !== undefined) machine.processes.signal(victim, 'SIGKILL')
  return null
}
