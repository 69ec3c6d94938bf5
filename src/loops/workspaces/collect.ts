// Removes worktrees of tasks that were settled long enough ago and hold nothing, now and then. Which ones may go is judged
// in lifecycle/leave.

import { orAborted } from '../../base/abort.ts'
import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { removeWorktree, whyItStays } from '../../lifecycle/leave/worktree.ts'
import type { Workspaces } from '../../drivers/workspaces/contract.ts'
import { cutShort, type TellFiring } from '../../model/mechanism.ts'

export interface CollectDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: { readonly name: string }
  readonly workspaces: Workspaces
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}

const everyMs = 3_600_000

/** Collects now and then. */
export function startCollecting(deps: CollectDeps): Service {
  return startService('worktrees', async (signal) => {
    while (!signal.aborted) {
      try {
        await collect(deps)
      } catch (error) {
        deps.onError('worktrees', error)
        deps.fired(cutShort('worktrees', error))
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
    const now = clock.now()
    // That it stays may be for ever, and is no failure.
    if ((await whyItStays({ store, workspaces }, worktree, { now })).why.length > 0) continue
    const kept = await removeWorktree({ store, workspaces }, worktree, host.name, now)
    if (kept.length > 0) continue
    due += 1
    removed += 1
  }
  fired({ name: 'worktrees', had: due, moved: removed })
  return removed
}
