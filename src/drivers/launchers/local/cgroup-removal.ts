// Removes the cgroups of sessions that are over. Right after an exit the wrapper may still be in its cgroup for a moment,
// so each is tried a few times, once more when this process exits, and else swept by a later start.

import { rmdir } from 'node:fs/promises'
import type { Clock } from '../../../base/clock.ts'
import { systemCode } from '../../../base/errors.ts'
import { removeCgroup } from './cgroup.ts'

const pausesMs = [20, 80, 320, 1_280]
/** So many are tried at once; more would hold up the loop. */
const atOnce = 32

/** Cgroups that could not be removed yet, of all launchers of this process. */
const waiting = new Set<string>()
let isExitAwaited = false

/** Removes the cgroup soon, off the loop: the kernel takes a millisecond or more for it. Never waits. */
export function removeSoon(path: string, clock: Clock): void {
  if (waiting.has(path)) return
  waiting.add(path)
  void tryUntilGone(path, clock)
  if (!isExitAwaited)
    process.once('exit', () => [...waiting].slice(0, atOnce).forEach(removeCgroup))
  isExitAwaited = true
}

/** A session starts in it again: whatever was to be removed stays. */
export const keepCgroup = (path: string): void => void waiting.delete(path)

async function tryUntilGone(path: string, clock: Clock): Promise<void> {
  let isGone = await isRemoved(path)
  for (const pauseMs of pausesMs) {
    if (isGone) break
    await clock.sleep(pauseMs)
    if (!waiting.has(path)) return
    isGone = removeCgroup(path)
  }
  waiting.delete(path)
}

/** Whether the cgroup is removed by now; one with others inside is not, and is left to the next try. */
const isRemoved = (path: string): Promise<boolean> =>
  rmdir(path).then(
    () => true,
    (error: unknown) => systemCode(error) === 'ENOENT',
  )
