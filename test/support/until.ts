// Waiting for the other side, without guessing how long it takes.

import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a condition of the other side; 25 seconds at most. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 25_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass within 25 seconds')
    await sleep(10)
  }
}
