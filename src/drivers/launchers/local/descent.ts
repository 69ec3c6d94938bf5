// Who descends from the spawner. The kernel gives it whatever a session leaves behind, so that its children are wrappers,
// and orphans of sessions: where there are only wrappers, and one of them has recorded its end, nothing of its session
// lives. A process can drop its mark, but not its descent; and it is told by one file instead of all processes.

import type { Clock } from '../../../base/clock.ts'
import { lives, readWhole } from '../../processes/process.ts'

/** So long a pid that was seen to be its wrapper's is not another's: the kernel gives numbers out in turn. */
const trustedMs = 1_000
/** Two readings that agree are found at once, unless children keep ending. */
const readingsAtMost = 8

/** Children of a process of one thread, all of them; null where the kernel does not tell, or it is gone. */
export function childrenOf(pid: number): readonly number[] | null {
  const path = `/proc/${pid}/task/${pid}/children`
  let before = readWhole(path)
  for (let readings = 1; readings < readingsAtMost && before !== null; readings++) {
    // The kernel may skip one when another ends while it lists them: what is read twice alike was read whole. proc(5)
    const now = readWhole(path)
    if (now === before) return now.split(' ').filter(Boolean).map(Number)
    before = now
  }
  return null
}

/** The wrappers that a spawner started, by pid. */
export interface Wrappers {
  add(pid: number, startTicks: string | null): void
  /** Whether each of these children is one; forgets those that are no children any more. */
  areAll(children: readonly number[]): boolean
  clear(): void
}

export function createWrappers(clock: Clock): Wrappers {
  const known = new Map<number, { readonly startTicks: string; seenMs: number }>()

  /** A number that another one bears by now is no wrapper's. */
  const isStill = (pid: number): boolean => {
    const wrapper = known.get(pid)
    if (wrapper === undefined) return false
    const nowMs = clock.monotonicMs()
    if (nowMs - wrapper.seenMs < trustedMs) return true
    if (!lives(pid, wrapper.startTicks)) return false
    wrapper.seenMs = nowMs
    return true
  }

  return {
    add(pid, startTicks) {
      if (startTicks !== null) known.set(pid, { startTicks, seenMs: clock.monotonicMs() })
    },
    areAll(children) {
      const now = new Set(children)
      const areThey = children.every(isStill)
      for (const [pid, { seenMs }] of known)
        if (!now.has(pid) && clock.monotonicMs() - seenMs >= trustedMs) known.delete(pid)
      return areThey
    },
    clear: () => known.clear(),
  }
}
