// When is nobody there? One empty look proves little: between the listing of the processes and the reading of each, a
// short-lived one may fork and end, and its child is not on the list. Two looks during which nothing at all was forked
// on this machine are proof; where something always forks, several empty looks in a row must do.

import { readFileSync } from 'node:fs'

const quietLooksNeeded = 2
const looksAtMost = 4

/** Looks until somebody is found or it is sure that nobody is there. */
export async function lookUntilSure<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  let quiet = 0
  for (let looks = 0; looks < looksAtMost && quiet < quietLooksNeeded; looks++) {
    const before = lastPid()
    const found = await look()
    if (found.length > 0) return found
    quiet = before !== null && before === lastPid() ? quiet + 1 : 0
  }
  return []
}

/** The pid that was given out last; null where the kernel does not tell. */
function lastPid(): string | null {
  try {
    return readFileSync('/proc/loadavg', 'latin1').trim().split(' ')[4] ?? null
  } catch {
    return null
  }
}
