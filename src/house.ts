// The loops that keep house on one host, put together over the fleet's parts: room, pruning, copies, and what is spent.

import type { Service } from './base/service.ts'
import type { Trimmer } from './drivers/outputs/contract.ts'
import type { Backups } from './drivers/store/contract/backups.ts'
import type { Compactor } from './drivers/store/contract/compactor.ts'
import type { LoadedConfig } from './drivers/config/contract.ts'
import type { Eyes } from './drivers/sensors/contract.ts'
import { type Fleet, offersOf, offersOn } from './fleet.ts'
import { enqueue } from './lifecycle/intake/enqueue.ts'
import { sensedWant } from './lifecycle/intake/sensed.ts'
import { startBudget } from './loops/budget/loop.ts'
import type { Duties } from './loops/duties/keep.ts'
import { type HouseKeeper, startKeeping } from './loops/keep/loop.ts'
import { startTrimming } from './loops/keep/outputs.ts'
import { startSensors } from './loops/sensors/loop.ts'
import { defaultKeep } from './model/keeping.ts'
import type { TellFiring } from './model/mechanism.ts'

/** The concrete choices behind it. */
export interface HouseOptions {
  /** Null where the database has keepers of its own. */
  readonly backups: Backups | null
  readonly dropOutputs: () => Promise<void>
  readonly eyes: Eyes
  /** Absent where nobody can, or the database does it by itself. */
  readonly compactor?: Compactor
  readonly trimmer?: Trimmer
}

export interface House extends Pick<HouseKeeper, 'isFull'> {
  readonly services: readonly Service[]
}

/** Starts them; none where a world hands in nothing to keep house with. */
export async function startHouse(
  fleet: Fleet,
  options: HouseOptions | undefined,
  current: () => LoadedConfig,
  { tell: fired }: { readonly tell: TellFiring },
  onError: (where: string, error: unknown) => void,
  duties: Pick<Duties, 'mine'>,
): Promise<House> {
  if (options === undefined) return { services: [], isFull: () => false }
  const { store, clock, host, stateDir } = fleet
  const limits = () => current().config.limits
  const common = { store, clock, fired, onError, limits }
  const keep = () => current().config.keep ?? defaultKeep
  const duty = () => duties.mine('prune')
  const keeper = startKeeping({ ...common, ...options, host, stateDir, keep, duty })
  const budget = startBudget({
    ...common,
    budget: () => current().config.budget ?? null,
    onDuty: () => duties.mine('budget') !== null,
  })
  const sensors = startSensors({
    ...common,
    host: host.name,
    eyes: options.eyes,
    onDuty: () => duties.mine('sensors') !== null,
    sensors: () => current().config.sensors ?? [],
    enqueue: (sensor, wanted) =>
      enqueue(intakeOf(fleet, current), sensedWant(fleet.dir, sensor, wanted)),
  })
  const { trimmer } = options
  const trimming = trimmer === undefined ? [] : [startTrimming({ ...common, host, keep, trimmer })]
  await keeper.looked // a disk without room takes nothing, from the first claim on
  return { services: [keeper, budget, sensors, ...trimming], isFull: keeper.isFull }
}

const intakeOf = ({ store, clock, host, adapters }: Fleet, current: () => LoadedConfig) => {
  const { config } = current()
  const offers = offersOn(host.name, offersOf(adapters, config), config)
  return { store, clock, config, offers, folder: host.folder }
}
