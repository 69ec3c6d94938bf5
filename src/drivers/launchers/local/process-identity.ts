// Whether a process that was written down still is the one that lives under its pid.

import { readBootId } from '../../hosts/boot-id.ts'
import { readStat } from '../../processes/process.ts'

/** Start time of a living process in clock ticks since boot; null when there is none. */
export const startTicksOf = (pid: number): string | null => readStat(pid)?.startTicks ?? null

/** True while exactly that process lives: same boot, same pid, same start time, and no zombie. */
export function processAlive(row: {
  pid: number
  startTicks: string | null
  bootId: string
}): boolean {
  if (row.bootId !== readBootId()) return false
  const stat = readStat(row.pid)
  return (
    stat !== null &&
    stat.state !== 'Z' &&
    (row.startTicks === null || stat.startTicks === row.startTicks)
  )
}
