// The loops that keep house on one host, put together over the fleet's parts: room, pruning, copies, and what is spent.

import type { Service } from './base/service.ts'
import type { Backups } from './drivers/store/contract/backups.ts'
import type { LoadedConfig } from './drivers/config/contract.ts'
import type { Fleet } from './fleet.ts'
import { startBudget } from './loops/budget/loop.ts'
import { startKeeping } from './loops/keep/loop.ts'
import { defaultKeep } from './model/keeping.ts'
import type { TellFiring } from './model/mechanism.ts'

/** The concrete choices behind it. */
export interface HouseOptions {
  /** Null where the database has keepers of its own. */
  readonly backups: Backups | null
  readonly dropOutputs: () => Promise<void>
}

/** Starts them; none where a world hands in nothing to keep house with. */
export function startHouse(
  { store, clock, host, stateDir }: Fleet,
  options: HouseOptions | undefined,
  current: () => LoadedConfig,
  fired: TellFiring,
  onError: (where: string, error: unknown) => void,
): { readonly services: readonly Service[]; readonly isFull: () => boolean } {
  if (options === undefined) return { services: [], isFull: () => false }
  const common = { store, clock, fired, onError }
  const keep = () => current().config.keep ?? defaultKeep
  const keeper = startKeeping({ ...common, ...options, host, stateDir, keep })
  const budget = startBudget({ ...common, budget: () => current().config.budget ?? null })
  return { services: [keeper, budget], isFull: keeper.isFull }
}
