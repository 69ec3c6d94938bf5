// Sees to worktrees of work that is over, as people do: commits or lands some of what was left, locks one, and removes what may
// go, by the judge that `midwatch worktree gc` asks.

import { removeWorktree, whyItStays } from '../../src/lifecycle/leave/worktree.ts'
import { by, type PeopleDeps } from '../deeds/contract.ts'
import type { Machine } from '../machine.ts'
import { simulatedWorkspaces } from '../workspaces.ts'
import { commit, heldIn, holdsOf } from '../worktrees.ts'

/** See Answer. Nobody waited for it. */
export async function seeToWorktrees({ world, config }: PeopleDeps, now: number): Promise<number> {
  if (config.lastGood.agents.every(({ workspace }) => workspace !== 'worktree')) return 0
  for (const machine of world.machines.filter(({ up }) => up)) {
    const workspaces = simulatedWorkspaces(machine.worktrees, holdsOf(world, machine))
    const deps = { store: world.store, workspaces }
    for (const worktree of await workspaces.list()) {
      const { task } = await whyItStays(deps, worktree)
      if (task?.state !== 'settled') continue
      tidy(machine, worktree.taskId, world.chance.split(`tidy ${worktree.taskId} ${now}`).next())
      const { why } = await whyItStays(deps, worktree)
      if (why.length === 0) await removeWorktree(deps, worktree, by, now)
      else world.truth.count('worktree stays')
    }
  }
  return 0
}

function tidy(machine: Machine, taskId: number, drawn: number): void {
  const held = heldIn(machine, taskId)
  if (drawn < 0.05) held.locked = !held.locked
  else if (drawn < 0.5) commit(held)
  else if (drawn < 0.9 && held.uncommitted === 0) held.unlanded = 0
}
