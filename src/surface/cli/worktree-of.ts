// The worktree of a task on this host, for the commands that look at it or land it.

import { notFound } from '../../base/errors.ts'
import type { Worktree, Workspaces } from '../../drivers/workspaces/contract.ts'
import type { Task } from '../../model/task.ts'
import type { Fleet } from './world.ts'
import { taskOf } from './task-of.ts'

export interface WorkedOn {
  readonly task: Task
  readonly worktree: Worktree
  readonly workspaces: Workspaces
}

/** What is looked at. */
type Looked = Pick<Fleet, 'store' | 'workspaces'> & { readonly host: { readonly name: string } }

/** Throws `task.missing`, and `workspace.missing` when the task has no worktree here. */
export async function worktreeOf(fleet: Looked, taskId: number): Promise<WorkedOn> {
  const task = await taskOf(fleet.store, taskId)
  const workspaces = await fleet.workspaces()
  const worktree = await workspaces.find(taskId)
  if (worktree !== null && (await workspaces.look(worktree)) !== null)
    return { task, worktree, workspaces }
  throw notFound(
    'workspace.missing',
    `task ${taskId} has no worktree on ${fleet.host.name}`,
    task.attempts === 0
      ? 'it is made when the task first starts, with --workspace worktree or an agent that works so'
      : '`midwatch show` tells where it worked; `midwatch worktree list` shows those that are here',
  )
}
