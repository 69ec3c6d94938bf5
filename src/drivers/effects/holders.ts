// Holders of effects on this machine, told by pid, start time, boot id and pid namespace, read from /proc. What makes an
// effect is found by its mark in the environment, for a killed holder leaves its children running.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

import type { Clock } from '../../base/clock.ts'
import type { HolderProcess } from '../../model/effect.ts'
import { lives, readStat } from '../processes/process.ts'
import type { Holders } from './contract.ts'

/** The environment variable by which the processes that make an effect are found. */
export const effectVariable = 'MIDWATCH_EFFECT'

export interface HoldersOptions {
  readonly host: string
  readonly bootId: string
  readonly clock: Clock
}

const graceMs = 2_000
const lookEveryMs = 50

export function localHolders({ host, bootId, clock }: HoldersOptions): Holders {
  const pidSpace = readPidSpace()
  const identify = (pid: number): HolderProcess => ({
    host,
    bootId,
    pidSpace,
    pid,
    startTicks: readStat(pid)?.startTicks ?? '',
  })
  return {
    me: () => identify(process.pid),
    caller: () => identify(process.ppid),
    standing(holder) {
      if (holder.host !== host) return 'elsewhere'
      if (holder.bootId !== bootId) return 'gone'
      if (holder.pidSpace !== pidSpace) return 'elsewhere'
      return lives(holder.pid, holder.startTicks) ? 'lives' : 'gone'
    },
    performing: marked,
    async end(mark) {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        strike(marked(mark), signal)
        const deadline = clock.monotonicMs() + graceMs
        while (marked(mark).length > 0 && clock.monotonicMs() < deadline)
          await clock.sleep(lookEveryMs)
      }
      return marked(mark)
    },
  }
}

function readPidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return '' // no namespaces here: then there is only one
  }
}

function marked(mark: string): number[] {
  const wanted = `${effectVariable}=${mark}`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = readStat(pid)
      return stat !== null && stat.state !== 'Z' && environmentOf(pid).includes(wanted)
    })
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    return [] // gone, or not ours to read
  }
}

function strike(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself.
    }
}
