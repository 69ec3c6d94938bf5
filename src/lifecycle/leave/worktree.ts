// Before me: a task has worked in a worktree of its own. After me: the worktree is gone, or stays with its reasons said.
// I promise: one judge decides for the collection, for `midwatch worktree gc` and for the sweep, and what holds work that
// nothing else has is never removed, however old it is.

import type { Store } from '../../drivers/store/contract.ts'
import type { Workspaces, Worktree } from '../../drivers/workspaces/contract.ts'
import type { TaskBrief } from '../../model/task.ts'
import { whyKept } from '../../model/workspace.ts'

export interface LeaveDeps {
  readonly store: Pick<Store, 'task' | 'recordFacts'>
  readonly workspaces: Pick<Workspaces, 'look' | 'remove'>
}

/** So long after its end somebody may still want to look at what a task did. */
export const keptMs = 24 * 3_600_000

export interface Stay {
  readonly task: TaskBrief | null
  /** Why it stays, one phrase each; empty when it may go. */
  readonly why: readonly string[]
}

/** Judges one worktree. `unlooked`: who removes by himself, unasked, leaves people a day to look at it. */
export async function whyItStays(
  { store, workspaces }: LeaveDeps,
  worktree: Worktree,
  unlooked?: { readonly now: number },
): Promise<Stay> {
  const task = await store.task(worktree.taskId)
  if (task !== null && task.state !== 'settled')
    return { task, why: [`its task is ${task.state}`, ...(await holdings(workspaces, worktree))] }
  const isFresh = task !== null && unlooked !== undefined && task.settledAt + keptMs > unlooked.now
  if (isFresh) return { task, why: ['its task was settled less than a day ago'] }
  return { task, why: await holdings(workspaces, worktree) }
}

async function holdings(
  workspaces: LeaveDeps['workspaces'],
  worktree: Worktree,
): Promise<readonly string[]> {
  const held = await workspaces.look(worktree)
  return held === null ? [] : whyKept(held)
}

/** Removes what may go, and says so as a fact; the driver looks once more. Answers why it stays, or nothing. */
export async function removeWorktree(
  { store, workspaces }: LeaveDeps,
  worktree: Worktree,
  by: string,
  now: number,
): Promise<readonly string[]> {
  const kept = await workspaces.remove(worktree)
  if (kept.length > 0) return kept
  const { path, branch } = worktree
  const body = { kind: 'workspace.removed' as const, path, branch, by }
  await store.recordFacts({ bodies: [body], now })
  return []
}
