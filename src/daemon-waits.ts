// The loops of one host that serve what waits: holds that are looked at, and calm windows.

import type { Fleet } from './fleet.ts'
import type { Service } from './base/service.ts'
import { watchCalm } from './loops/calm/watch.ts'
import type { DispatchDeps } from './loops/dispatch/deps.ts'
import { startHolds } from './loops/holds/loop.ts'

/** Starts them over what the dispatch loop is handed. */
export async function startWaits(fleet: Fleet, deps: DispatchDeps): Promise<readonly Service[]> {
  const policies = () => deps.inForce().config.windows ?? []
  return [
    startHolds({ ...deps, checker: await fleet.checker() }),
    watchCalm({ ...deps, senses: await fleet.senses(), policies }),
  ]
}
