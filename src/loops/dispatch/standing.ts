// What the dispatcher would say of the ready tasks now, for whoever looks from outside: could some agent take one, and what
// stands in the way of the rest.

import type { DispatchDeps } from './deps.ts'
import { snapshot } from './chores.ts'
import { tick } from './tick.ts'

export interface StandingNow {
  readonly takable: boolean
  readonly standing: readonly string[]
}

export async function standingNow(
  deps: Pick<DispatchDeps, 'store' | 'clock' | 'host' | 'inForce'>,
): Promise<StandingNow> {
  const { decisions, refusals } = tick(await snapshot(deps))
  const standing = [...new Set(refusals.map(({ refusal }) => refusal.sentence))]
  return { takable: decisions.length > 0, standing }
}
