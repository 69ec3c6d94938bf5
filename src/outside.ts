// What a daemon does to the outside world and is told of it: the loops `notify` and `effects`, put together over the
// fleet's parts. A simulated world hands in its own channels.

import type { Beats } from './base/beats.ts'
import type { Service } from './base/service.ts'
import type { Channel } from './drivers/channels/contract.ts'
import type { LoadedConfig } from './drivers/config/contract.ts'
import type { Holders } from './drivers/effects/contract.ts'
import type { Notifier } from './drivers/notifiers/contract.ts'
import type { Fleet } from './fleet.ts'
import type { EffectDeps } from './lifecycle/effects/deps.ts'
import { startEffects } from './loops/effects/loop.ts'
import { startReporting } from './loops/report/loop.ts'
import { startNotifying } from './loops/notify/notify.ts'
import type { Way } from './loops/notify/route.ts'
import { noEffects } from './model/channels.ts'
import type { FleetConfig } from './model/config.ts'
import type { TellFiring } from './model/mechanism.ts'
import { composeReport } from './surface/report/compose.ts'

/** The concrete choices behind the outside. */
export interface Outside {
  readonly holders: Holders
  /** The channel of that name in a configuration; null when it has none. */
  readonly channel: (config: FleetConfig, name: string) => Channel | null
  /** Through which channels people are told, in their order. */
  readonly ways: (config: FleetConfig) => readonly Way[]
}

export interface OutsideOptions {
  /** Who is told of everything at once, besides people; absent for nobody. */
  readonly notifiers?: (config: FleetConfig) => readonly Notifier[]
  readonly outside?: Outside
}

/** A message may take half a minute for each way. */
const notifySilenceMs = 30_000

export function startOutside(
  fleet: Fleet,
  { notifiers, outside }: OutsideOptions,
  beats: Beats,
  current: () => LoadedConfig,
  fired: TellFiring,
  onError: (where: string, error: unknown) => void,
): Service[] {
  const { store, clock, host } = fleet
  const config = () => current().config
  const lookEveryMs = () => config().limits.pollMs
  const common = { store, clock, lookEveryMs, onError }
  const beat = beats.of('notify', () => notifySilenceMs)
  const notify = {
    ...common,
    beat,
    fired,
    fleet: config().name,
    notifiers: () => notifiers?.(config()) ?? [],
  }
  if (outside === undefined) return notifiers === undefined ? [] : [startNotifying(notify)]
  const effects = effectDepsOf(fleet, outside, current)
  return [
    startEffects({
      ...common,
      host: host.name,
      effects,
      config: () => config().effects ?? noEffects,
      fired,
    }),
    startReporting({
      clock,
      lookEveryMs,
      effects,
      calendar: fleet.calendar,
      report: () => config().report ?? null,
      ways: () => outside.ways(config()).map(({ channel }) => channel),
      compose: (since, until) => composeReport(store, config().name, since, until),
      fired,
      onError,
    }),
    startNotifying({
      ...notify,
      effects,
      ways: () => outside.ways(config()),
      quiet: () => config().tell?.quiet ?? null,
    }),
  ]
}

/** What the daemon makes effects with, and asks about them. */
export const effectDepsOf = (
  { store, clock, host }: Fleet,
  { holders, channel }: Outside,
  current: () => LoadedConfig,
): EffectDeps => ({
  store,
  clock,
  host,
  holders,
  channel: (name) => channel(current().config, name),
})
