// Before me: a claimed attempt. After me: the folder in which its session is to work. I promise that a folder which
// could not be made charges nobody who is not to blame, and that what earlier attempts left in it is there.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Workplace, Workspaces } from '../../drivers/workspaces/contract.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'
import { launchFailed } from './preflight.ts'

export interface PlaceDeps {
  readonly store: Store
  readonly clock: Clock
  readonly workspaces: Workspaces
}

export type Place =
  | { readonly ready: true; readonly cwd: string }
  | { readonly ready: false; readonly verdict: Verdict }

/** Makes or finds the attempt's folder; a worktree that was just made is told as a fact. */
export async function preparePlace(
  { store, clock, workspaces }: PlaceDeps,
  attempt: Attempt,
  place: Workplace,
): Promise<Place> {
  const prepared = await workspaces.prepare(place)
  if (!prepared.ready)
    return {
      ready: false,
      verdict: { ...launchFailed(prepared.why), blame: prepared.blame },
    }
  const { made, cwd } = prepared
  if (made !== null) {
    const { path, branch, base } = made
    const body = { kind: 'workspace.made' as const, path, branch, base }
    await store.note({ attemptId: attempt.id, bodies: [body], now: clock.now() })
  }
  return { ready: true, cwd }
}
