// What truly lies in the worktrees of a share of the worlds: sessions write there, commit some of it, and leave the rest, and
// whoever goes with a worktree is written down with what went. No driver and no room sees it otherwise than by asking.

import type { WorktreeHoldings } from '../src/model/workspace.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import type { Session } from './session.ts'
import type { Holds } from './workspaces.ts'
import type { World } from './world.ts'

/** What one worktree holds, and whose sessions worked in it. */
export interface Held {
  uncommitted: number
  unlanded: number
  unfinished: string | null
  locked: boolean
  readonly attempts: Set<number>
}

export const heldOn = partOf<Machine, Map<number, Held>>(() => new Map())

/** What the worktree of a task holds on a machine; nothing in a new one. */
export function heldIn(machine: Machine, taskId: number): Held {
  const held = heldOn(machine)
  const known = held.get(taskId)
  if (known !== undefined) return known
  const empty = {
    uncommitted: 0,
    unlanded: 0,
    unfinished: null,
    locked: false,
    attempts: new Set<number>(),
  }
  held.set(taskId, empty)
  return empty
}

export interface Removal {
  readonly host: string
  readonly taskId: number
  readonly lost: WorktreeHoldings
}

/** Worktrees that were removed, as far as nobody has judged it. */
export const removalsIn = partOf<World, { new: Removal[] }>(() => ({ new: [] }))

/** The worktrees of a machine, as its driver finds them. */
export const holdsOf = (world: World, machine: Machine): Holds => ({
  of: (taskId) => lookInto(machine, taskId),
  kept: () => world.truth.count('worktree kept'),
  removed(taskId) {
    world.truth.count('worktree removed')
    const lost = lookInto(machine, taskId)
    removalsIn(world).new.push({ host: machine.name, taskId, lost })
    heldOn(machine).delete(taskId)
  },
})

function lookInto(machine: Machine, taskId: number): WorktreeHoldings {
  const { attempts, ...held } = heldIn(machine, taskId)
  const there = [...attempts].flatMap((id) => machine.processes.ofAttempt(id))
  return { ...held, pids: there.filter(({ what }) => what !== 'wrapper').map(({ pid }) => pid) }
}

/** Works in the worktree that it was started in; a session that is somewhere else leaves nothing. */
export function leaveWork(session: Session): void {
  const { machine, task, started, world, truth } = session
  const [, id] = /^\/worktrees\/task-(\d+)$/.exec(started.order.cwd) ?? []
  if (id === undefined) return
  const held = heldIn(machine, Number(id))
  held.attempts.add(truth.attemptId)
  const chance = session.chance.split('worktree')
  const [files, isMerging, commits] = [chance.whole(1, 4), chance.happens(0.1), chance.happens(0.7)]
  session.after(task.workMs * 0.3, () => {
    held.uncommitted += files
    if (isMerging) held.unfinished = 'merge'
    world.truth.count('work in a worktree')
  })
  if (commits) session.after(task.workMs * 0.7, () => commit(held))
}

/** What lies there is committed, by its session or by a person. */
export function commit(held: Held): void {
  held.unlanded += Math.sign(held.uncommitted)
  held.uncommitted = 0
  held.unfinished = null
}
