// Removes the cgroups of sessions that are over. Right after an exit the wrapper may still be in its cgroup for a moment,
// so each is tried a few times, once more when this process exits, and else swept by a later start.

import type { Clock } from '../../../base/clock.ts'
import { removeCgroup } from './cgroup.ts'

const pausesMs = [20, 80, 320, 1_280]
/** So many are tried at once; more would hold up the loop. */
const atOnce = 32

/** Cgroups that could not be removed yet, of all launchers of this process. */
const waiting = new Set<string>()
let isExitAwaited = false

/** Removes the cgroup now, or soon. Never waits. */
export function removeSoon(path: string, clock: Clock): void {
  waiting.delete(path)
  if (removeCgroup(path)) return
  waiting.add(path)
  void tryAgain(path, clock)
  if (!isExitAwaited)
    process.once('exit', () => [...waiting].slice(0, atOnce).forEach(removeCgroup))
  isExitAwaited = true
}

async function tryAgain(path: string, clock: Clock): Promise<void> {
  for (const pauseMs of pausesMs) {
    await clock.sleep(pauseMs)
    if (!waiting.has(path)) return
    if (removeCgroup(path)) break
  }
  waiting.delete(path)
}
