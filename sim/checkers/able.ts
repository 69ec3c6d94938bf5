// Since when some machine of the world can do what is to be done: it is up, awake, and nothing comes between it and the store.

import type { Machine } from '../machine.ts'
import { partOf } from '../part.ts'
import type { World } from '../world.ts'

const sinceOf = partOf<Machine, { atMs: number | null }>(() => ({ atMs: null }))

const isAble = ({ up, hangs, ails, timeline }: Machine): boolean =>
  up &&
  hangs === 0 &&
  !timeline.suspended &&
  !ails.storeLost &&
  ails.storeBusy === 0 &&
  ails.storeSlowMs === 0

/** Since when, in world time, the machine that is able for longest is; infinite while none is. To be asked at every look. */
export function ableSince({ machines, time }: World): number {
  const since = machines.map((machine) => {
    const its = sinceOf(machine)
    its.atMs = isAble(machine) ? (its.atMs ?? time.nowMs) : null
    return its.atMs ?? Number.POSITIVE_INFINITY
  })
  return Math.min(...since)
}
