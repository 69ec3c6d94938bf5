// What takes longer than a second says so on standard error, and again every ten, so that nobody takes it for hanging.

import { formatDuration } from '../../base/duration.ts'
import type { Call } from './call.ts'

const firstMs = 1_000
const againMs = 10_000

/** Awaits `work`. `what` says what goes on, as the beginning of a line: `Copying the database`. */
export async function meanwhile<T>(
  { print, world: { clock } }: Pick<Call, 'print' | 'world'>,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const tell = async () => {
    await clock.sleep(firstMs, over.signal)
    for (let forMs = firstMs; !over.signal.aborted; forMs += againMs) {
      print.note(forMs === firstMs ? `${what} …` : `${what} … ${formatDuration(forMs)}`)
      await clock.sleep(againMs, over.signal)
    }
  }
  const told = tell()
  try {
    return await work
  } finally {
    over.abort()
    await told
  }
}
