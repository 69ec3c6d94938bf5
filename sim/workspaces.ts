// Folders of a simulated host. They hold nothing; a task's worktree is there once it was asked for, and is the same one
// for every attempt, which is all that a simulated session sees of it.

import type { Workspaces, Worktree } from '../src/drivers/workspaces/contract.ts'
import { branchOf } from '../src/model/workspace.ts'

export function simulatedWorkspaces(made: Map<number, Worktree>): Workspaces {
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
    look: async () => ({ uncommitted: 0, unlanded: 0, unfinished: null, pids: [], locked: false }),
    diff: async () => '',
    land: async (_worktree, { into }) => ({
      landed: true,
      into: into ?? 'main',
      commit: 'base',
      already: false,
    }),
    propose: async () => ({ url: 'https://example.org/pull/1' }),
    remove: async ({ taskId }) => {
      made.delete(taskId)
      return []
    },
  }
}
