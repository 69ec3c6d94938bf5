// All processes of this machine. Every ending asks for them, so concurrent questions share one scan, and scans take a
// bounded share of the loop's time.

import { readdirSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import { type Process, ProcessReader, uptimeCentis } from './process.ts'

export interface ProcessTable {
  /** All living processes, as they were after this call was made. */
  snapshot(): Promise<readonly Process[]>
}

/** A slice of a scan that runs without giving the loop back. */
const sliceMs = 4
/** Scans take at most a fifth of the time: a scan waits four times as long as the last one took. */
const restFactor = 4
const longestRestMs = 40

const tables = new WeakMap<Clock, ProcessTable>()

/** The one table of this machine's processes. `clock` paces its scans. */
export function processTable(clock: Clock): ProcessTable {
  const table = tables.get(clock) ?? createTable(clock)
  tables.set(clock, table)
  return table
}

function createTable(clock: Clock): ProcessTable {
  const reader = new ProcessReader()
  let next: Promise<readonly Process[]> | null = null
  let restUntilMs = 0

  /** What is called before the scan begins joins it; what is called later gets the next one. */
  const snapshot = () => {
    next ??= scanSoon()
    return next
  }

  const scanSoon = async () => {
    await yieldLoop()
    const restMs = restUntilMs - clock.monotonicMs()
    if (restMs > 0) await clock.sleep(restMs)
    next = null
    const beganMs = clock.monotonicMs()
    const found = await scan()
    const endedMs = clock.monotonicMs()
    restUntilMs = endedMs + Math.min(longestRestMs, (endedMs - beganMs) * restFactor)
    return found
  }

  const scan = async () => {
    const pids = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
    const known = pids.filter((pid) => reader.isKnown(pid))
    const fresh = pids.filter((pid) => !reader.isKnown(pid))
    const nowCentis = uptimeCentis()
    const living: Process[] = []
    let sliceBeganMs = clock.monotonicMs()
    // The young first, for they may be gone the next moment.
    for (const pid of [...fresh, ...known]) {
      const process = reader.read(pid, nowCentis)
      if (process) living.push(process)
      if (clock.monotonicMs() - sliceBeganMs < sliceMs) continue
      await yieldLoop()
      sliceBeganMs = clock.monotonicMs()
    }
    reader.forgetOthers(new Set(pids))
    return living
  }

  return { snapshot }
}

const yieldLoop = () => new Promise<void>((resolve) => setImmediate(resolve))
