// One line of /proc/PID/stat, read safely: the command in it may contain spaces and brackets. Pure.

export interface Stat {
  readonly pid: number
  /** `R`, `S`, `D`, `T`, `Z` … as proc(5) has them. */
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Clock ticks (hundredths of a second) between boot and the start of the process; with the pid its identity. */
  readonly startTicks: string
}

/** Reads a stat line, even one that was cut after its 22nd field; null when it is none. */
export function statOf(line: string): Stat | null {
  const close = line.lastIndexOf(')')
  const pid = Number.parseInt(line, 10)
  const fields = line.slice(close + 2).split(' ', 20)
  const startTicks = fields[19]
  if (close < 0 || !Number.isSafeInteger(pid) || startTicks === undefined) return null
  return {
    pid,
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks,
  }
}

/** Zombies and processes on their way out hold nothing and do nothing; orphans may stay so for seconds. */
export const isDead = (stat: Stat): boolean => stat.state === 'Z' || stat.state === 'X'
