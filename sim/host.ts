// The machine as the daemon's rooms see it: who it is, what lies where, and a place to run a check. The check of a wanted
// work looks at the world's truth: it says yes when the work is really done, or when the effect really arrived.

import type { Host, Ran } from '../src/drivers/hosts/contract.ts'
import type { Machine } from './machine.ts'
import { mailboxOf } from './post.ts'
import type { World } from './world.ts'

/** The host contract over `machine`, for the daemon process `pid`. */
export function simulatedHost(world: World, machine: Machine, pid: number): Host {
  return {
    name: machine.name,
    bootId: machine.bootId,
    pid,
    asRoot: false,
    baseEnv: { PATH: '/usr/bin:/bin', HOME: '/home/sim' },
    folder: async () => (machine.ails.folderGone ? 'missing' : 'ok'),
    resolveProgram: async (program) =>
      machine.ails.programGone && program === 'claude'
        ? null
        : `/usr/bin/${program.split('/').at(-1)}`,
    runShell: (command, _cwd, _env, timeoutMs, signal) =>
      runCheck(world, machine, command, timeoutMs, signal),
    emptyShell: async () => [], // a simulated check ends with whoever waits for it
    freeBytes: async () => (machine.ails.diskFull ? 0 : 10e9),
  }
}

const checkTakesMs = 3_000

async function runCheck(
  world: World,
  machine: Machine,
  command: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Ran> {
  const ref = /\[\[([\w-]+)\]\]/.exec(command)?.[1] ?? ''
  const sent = command.startsWith('arrived ') ? command.slice('arrived '.length) : null
  const record = (said: 'yes' | 'no' | 'broken') => {
    if (sent !== null) return world.truth.count(`effect asked ${said}`)
    world.truth.checks.set(ref, [...(world.truth.checks.get(ref) ?? []), said])
    world.truth.count(`check ${said}`)
  }
  const takesMs = command.startsWith('hang') ? timeoutMs + 1 : checkTakesMs
  const over = await new Promise<boolean>((resolve) => {
    const timer = machine.timeline.after(Math.min(takesMs, timeoutMs), () => resolve(true))
    signal.addEventListener(
      'abort',
      () => {
        timer.cancel()
        resolve(false)
      },
      { once: true },
    )
  })
  if (!over) return { ran: false, why: 'cut off' }
  if (machine.ails.checksBroken || takesMs > timeoutMs) {
    record('broken')
    return machine.ails.checksBroken
      ? { ran: true, exitCode: 127, signal: null, output: 'sh: check: not found' }
      : { ran: false, why: 'timed out' }
  }
  if (sent !== null) {
    const arrived = mailboxOf(world).has(sent)
    world.truth.count(`effect asked ${arrived ? 'yes' : 'no'}`)
    return { ran: true, exitCode: arrived ? 0 : 1, signal: null, output: 'arrived' }
  }
  const yes = command.startsWith('check') && world.truth.worked.has(ref)
  record(yes ? 'yes' : 'no')
  return { ran: true, exitCode: yes ? 0 : 1, signal: null, output: yes ? 'ok' : 'it is not done' }
}
