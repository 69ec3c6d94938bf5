// Removes worktrees of tasks that were settled long enough ago and hold nothing. What holds something stays, however old
// it is: the driver looks once more before it removes anything.

import { orAborted } from '../../base/abort.ts'
import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Workspaces } from '../../drivers/workspaces/contract.ts'
import type { TellFiring } from '../../model/mechanism.ts'

export interface CollectDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: { readonly name: string }
  readonly workspaces: Workspaces
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}

const everyMs = 3_600_000
/** So long after its end somebody may still want to look at what a task did. */
export const keptMs = 24 * 3_600_000

/** Collects now and then. */
export function startCollecting(deps: CollectDeps): Service {
  return startService('worktrees', async (signal) => {
    while (!signal.aborted) {
      try {
        await collect(deps)
      } catch (error) {
        deps.onError('worktrees', error)
      }
      await orAborted(deps.clock.sleep(everyMs, signal), signal)
    }
  })
}

/** One round; answers how many were removed. */
export async function collect(deps: CollectDeps): Promise<number> {
  const { store, clock, host, workspaces, fired } = deps
  let due = 0
  let removed = 0
  for (const worktree of await workspaces.list()) {
    if (!(await isOver(store, worktree.taskId, clock.now()))) continue
    const kept = await workspaces.remove(worktree)
    if (kept.length > 0) continue // it may be for ever; that is no failure
    due += 1
    removed += 1
    const { path, branch } = worktree
    const body = { kind: 'workspace.removed' as const, path, branch, by: host.name }
    await store.recordFacts({ bodies: [body], now: clock.now() })
  }
  fired({ name: 'worktrees', had: due, moved: removed })
  return removed
}

/** Whether the task was settled long ago, or pruned. */
async function isOver(store: Store, taskId: number, now: number): Promise<boolean> {
  const task = await store.task(taskId)
  return task === null || (task.state === 'settled' && task.settledAt + keptMs <= now)
}
