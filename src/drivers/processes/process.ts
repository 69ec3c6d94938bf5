// One process, read from /proc: who it is, whose child, and which mark it carries. A process that vanishes while it is
// read is simply not there; what is not ours to read counts as not being there.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { uptime } from 'node:os'
import { type Stat, isDead, statOf } from './stat-line.ts'

/** The environment variable that every process of a session inherits. */
export const markVariable = 'MIDWATCH_MARK'

/** What tells a process from a later bearer of its pid. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: string
}

/** A living process. `mark` is null when it carries none, or when its environment is not ours to read. */
export interface Process extends Stat {
  readonly mark: string | null
}

/** Younger processes may still exec into another environment, so theirs is read again. */
const settledAgeCentis = 200
/** So many stat files of long-lived processes stay open: reading one again costs a third of opening it. */
const maxOpenStats = 256

/** Reads living processes, and remembers the marks of those that are long-lived. */
export class ProcessReader {
  /** An open stat file is bound to its process: it never shows a later bearer of the pid. */
  readonly #known = new Map<number, { readonly statFd: number; readonly mark: string | null }>()

  /** The process if it lives. `nowCentis` is the uptime. */
  read(pid: number, nowCentis: number): Process | null {
    const known = this.#known.get(pid)
    const again = known ? this.#readAgain(pid, known.statFd) : null
    if (known && again) return isDead(again) ? null : { ...again, mark: known.mark }
    const process = readProcess(pid)
    if (process && nowCentis - Number(process.startTicks) > settledAgeCentis) {
      this.#remember(process)
    }
    return process
  }

  /** Whether it has lived for a while. */
  isKnown(pid: number): boolean {
    return this.#known.has(pid)
  }

  /** Closes what is kept of processes that are not among `pids`. */
  forgetOthers(pids: ReadonlySet<number>): void {
    for (const pid of this.#known.keys()) if (!pids.has(pid)) this.#forget(pid)
  }

  #readAgain(pid: number, statFd: number): Stat | null {
    try {
      return readStatOf(statFd)
    } catch {
      this.#forget(pid) // it is gone, and perhaps another one bears its pid
      return null
    }
  }

  #remember({ pid, startTicks, mark }: Process): void {
    if (this.#known.size >= maxOpenStats) return
    try {
      this.#known.set(pid, { statFd: openSync(`/proc/${pid}/stat`, 'r'), mark })
    } catch {
      return // it ended just now
    }
    const statFd = this.#known.get(pid)?.statFd
    const isSame = statFd !== undefined && this.#readAgain(pid, statFd)?.startTicks === startTicks
    if (!isSame) this.#forget(pid)
  }

  #forget(pid: number): void {
    const known = this.#known.get(pid)
    if (known && this.#known.delete(pid)) closeSync(known.statFd)
  }
}

/** The stat of a pid, dead or alive; null when the pid is free. */
export function readStat(pid: number): Stat | null {
  try {
    const fd = openSync(`/proc/${pid}/stat`, 'r')
    try {
      return readStatOf(fd)
    } finally {
      closeSync(fd)
    }
  } catch {
    return null // gone
  }
}

/** A living process as it is now; null when it is dead or gone. */
export function readProcess(pid: number): Process | null {
  const stat = readStat(pid)
  return stat === null || isDead(stat) ? null : { ...stat, mark: readMark(pid) }
}

/** Whether the process with this pid and these start ticks lives. */
export function lives(pid: number, startTicks: string): boolean {
  const stat = readStat(pid)
  return stat !== null && !isDead(stat) && stat.startTicks === startTicks
}

/** The mark in the environment that a process was executed with; null when there is none to be read. */
export function readMark(pid: number): string | null {
  const environment = readWhole(`/proc/${pid}/environ`)
  if (environment === null) return null
  const name = `${markVariable}=`
  const at = environment.startsWith(name) ? 0 : environment.indexOf(`\0${name}`) + 1
  if (at === 0 && !environment.startsWith(name)) return null
  const end = environment.indexOf('\0', at)
  return environment.slice(at + name.length, end < 0 ? undefined : end)
}

/** The command line of a pid; empty for zombies and for processes that are gone. */
export function readCommand(pid: number): readonly string[] {
  const command = readWhole(`/proc/${pid}/cmdline`)
  return command ? command.split('\0') : []
}

/** Time since boot, suspend included, in hundredths of a second: the unit of start ticks on Linux. */
export function uptimeCentis(): number {
  return Math.round(uptime() * 100) // from /proc/uptime, read in half the time that we need for it
}

const uptimeReadMs = 50
let lastUptime = { centis: 0, atMs: Number.NEGATIVE_INFINITY }

/** The same, counted on from a reading some hundredths ago, which is as dear as a file. Never ahead, and one behind at most. */
export function recentUptimeCentis(): number {
  const nowMs = performance.now()
  const sinceMs = nowMs - lastUptime.atMs
  if (sinceMs < uptimeReadMs) return lastUptime.centis + Math.floor(sinceMs / 10)
  lastUptime = { centis: uptimeCentis(), atMs: nowMs }
  return lastUptime.centis
}

/** The text of a file of the kernel's; null when it is not there, or not ours to read. */
export function readWhole(path: string): string | null {
  try {
    return readFileSync(path, 'utf8') // in one call, which other encodings take five for
  } catch {
    return null // gone, or not ours to read
  }
}

const statBuffer = Buffer.alloc(1_024)

const readStatOf = (fd: number): Stat | null =>
  statOf(statBuffer.toString('latin1', 0, readSync(fd, statBuffer, 0, statBuffer.length, 0)))
