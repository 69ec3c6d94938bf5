// Says the same trouble once while it lasts. A store that is away is met by every loop every second, and whoever sits at the
// terminal needs one line of it; what lasts is said again once an hour.

import type { Clock } from './clock.ts'
import { OperatingError } from './errors.ts'

/** What was not met for so long was over: it is said at once when it comes back. */
const overMs = 60_000
const againMs = 3_600_000
const knownMost = 200

interface Known {
  toldMs: number
  metMs: number
}

/** Answers the function that every failure is handed to; `say` gets those that are worth a line. */
export function createToldOnce(
  clock: Pick<Clock, 'monotonicMs'>,
  say: (where: string, error: unknown) => void,
): (where: string, error: unknown) => void {
  const known = new Map<string, Known>()
  return (where, error) => {
    const nowMs = clock.monotonicMs()
    const key = keyOf(where, error)
    const before = known.get(key)
    const lasts = before !== undefined && nowMs - before.metMs < overMs
    const isTold = lasts && nowMs - before.toldMs < againMs
    known.delete(key) // what was met last stands last
    known.set(key, { toldMs: isTold ? before.toldMs : nowMs, metMs: nowMs })
    const [oldest] = known.keys()
    if (known.size > knownMost && oldest !== undefined) known.delete(oldest)
    if (!isTold) say(where, error)
  }
}

/** Trouble with the store is one trouble, whichever loop meets it. */
function keyOf(where: string, error: unknown): string {
  const sentence = String((error as Error)?.message ?? error)
  const isStore = error instanceof OperatingError && error.code.startsWith('store.')
  return isStore ? sentence : `${where}: ${sentence}`
}
