// Children as processes of this program: their output is ours, their input is closed, and a channel lies between us. When we
// are gone in whatever way, the channel is, and they end by that.

import { type ChildProcess, spawn } from 'node:child_process'

import type { Clock } from '../../base/clock.ts'
import { lives, readStat } from '../processes/process.ts'
import type { Ask, Child, ChildExit, Children, Say } from './contract.ts'

export interface ForkOptions {
  readonly clock: Clock
  /** The program and the arguments that every child gets. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** In which of our variables a child reads who it is. */
export const roleVariable = 'MIDWATCH_ROLE'
const lookMs = 20

export const forkedChildren = ({ clock, command, env }: ForkOptions): Children => ({
  start(role, { again, mark }) {
    const [program = '', ...args] = command
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...env, [roleVariable]: [role, again ? 'again' : 'first', mark ?? ''].join(' ') },
    })
    return childOf(child, clock)
  },
})

function childOf(child: ChildProcess, clock: Clock): Child {
  const pid = child.pid ?? 0
  const startTicks = readStat(pid)?.startTicks ?? null
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => pid === 0 && resolve({ code: 1, signal: null }))
  })
  child.on('error', () => {}) // a message to a child that is just ending
  let isGone = false
  void exited.then(() => (isGone = true))
  const isLiving = () => !isGone && startTicks !== null && lives(pid, startTicks)
  const goneWithin = async (ms: number): Promise<boolean> => {
    const until = clock.monotonicMs() + ms
    while (isLiving() && clock.monotonicMs() < until)
      await Promise.race([exited, clock.sleep(lookMs)])
    return !isLiving()
  }
  return {
    pid,
    exited,
    send(ask: Ask) {
      if (child.connected) child.send(ask, () => {})
    },
    onSay: (listener) => void child.on('message', (message) => listener(message as Say)),
    async end(graceMs) {
      child.kill('SIGTERM')
      if (await goneWithin(graceMs)) return ['SIGTERM']
      child.kill('SIGKILL')
      await exited
      return ['SIGTERM', 'SIGKILL']
    },
  }
}
