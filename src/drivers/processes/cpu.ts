// CPU time of processes, from /proc. Of whoever ended meanwhile there is none to read; that it ended shows in the number.

import { readFileSync } from 'node:fs'

/** The kernel counts in hundredths of a second (USER_HZ) on every Linux that Node runs on. */
const tickMs = 10

/** CPU that this process and the children it waited for have used, in milliseconds; null when it is gone. */
export function cpuMsOf(pid: number): number | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Counted from behind the command, which may hold spaces and brackets: utime, stime, cutime, cstime.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ', 15)
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return Number.isFinite(ticks) ? ticks * tickMs : null
  } catch {
    return null
  }
}
