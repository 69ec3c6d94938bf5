// Folders of a simulated host. A task's worktree is there once it was asked for, and is the same one for every attempt; what it
// holds its world tells, nothing where nobody does. What holds anything is not removed, as the contract wants it.

import type { Workspaces, Worktree } from '../src/drivers/workspaces/contract.ts'
import { branchOf, whyKept, type WorktreeHoldings } from '../src/model/workspace.ts'

/** What worktrees hold, by their tasks, and who hears what becomes of them. */
export interface Holds {
  readonly of: (taskId: number) => WorktreeHoldings
  readonly kept: () => void
  readonly removed: (taskId: number) => void
}

const nothing: Holds = {
  of: () => ({ uncommitted: 0, unlanded: 0, unfinished: null, pids: [], locked: false }),
  kept: () => {},
  removed: () => {},
}

export function simulatedWorkspaces(
  made: Map<number, Worktree>,
  holds: Holds = nothing,
): Workspaces {
  const pathOf = (taskId: number): string => `/worktrees/task-${taskId}`
  return {
    prepare: async ({ kind, taskId, title, cwd }) => {
      if (kind !== 'worktree') return { ready: true, cwd, made: null }
      const known = made.get(taskId)
      if (known !== undefined) return { ready: true, cwd: known.path, made: null }
      const branch = branchOf(taskId, title)
      const path = pathOf(taskId)
      const worktree = {
        taskId,
        repo: cwd,
        path,
        branch,
        base: 'base',
        baseBranch: 'main',
        subdir: '',
      }
      made.set(taskId, worktree)
      return { ready: true, cwd: path, made: worktree }
    },
    cwdOf: async ({ taskId, cwd }) => made.get(taskId)?.path ?? cwd,
    list: async () => [...made.values()],
    find: async (taskId) => made.get(taskId) ?? null,
    look: async ({ taskId }) => (made.has(taskId) ? holds.of(taskId) : null),
    diff: async () => '',
    land: async (_worktree, { into }) => ({
      landed: true,
      into: into ?? 'main',
      commit: 'base',
      already: false,
    }),
    propose: async () => ({ url: 'https://example.org/pull/1' }),
    remove: async ({ taskId }) => {
      if (!made.has(taskId)) return []
      const kept = whyKept(holds.of(taskId))
      if (kept.length > 0) {
        holds.kept()
        return kept
      }
      made.delete(taskId)
      holds.removed(taskId)
      return []
    },
  }
}
