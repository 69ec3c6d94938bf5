// What the dispatch loop of one host is handed: a fleet's parts, and the configuration in force.

import { join } from 'node:path'

import { hashOf } from './base/ids.ts'
import { confinementOf, launchingOf } from './confinement.ts'
import { selfTestOf, testedLanes } from './clients.ts'
import { adapterNamed, type Fleet, offersOf, offersOn, settingsFor } from './fleet.ts'
import type { LoadedConfig } from './drivers/config/contract.ts'
import type { DispatchDeps, InForce } from './loops/dispatch/deps.ts'
import { type Demand, lackingOf } from './model/demand.ts'
import type { TellRefusal } from './model/told-refusal.ts'
import type { TellFiring } from './model/mechanism.ts'

/** What the dispatch loop takes from how the daemon is run. */
interface RunOptions {
  readonly onError: (where: string, error: unknown) => void
  readonly binDir: string
  readonly socketPath: string | null
  readonly program?: readonly string[]
}

/** Loads what the loops are going to ask for: afterwards, each would hold up the sessions that start meanwhile. */
export async function makeReady(fleet: Fleet, breathe: () => Promise<void>): Promise<void> {
  const { random, loadAdapters, launcher, builds, workspaces, checker, senses, calendar } = fleet
  hashOf(random.hex(1)) // Node loads its cryptography when it is first used
  const { credentials, good } = fleet
  for (const load of [loadAdapters, launcher, builds, workspaces, checker, senses, calendar])
    await load()
  await Promise.all([credentials?.(), good?.()])
  const starter = await launcher()
  starter.ready?.()
  await fleet.store.ready?.(breathe)
}

/** What the loops of this host that start, follow and end sessions are handed. */
export async function dispatchDeps(
  fleet: Fleet,
  options: RunOptions,
  current: () => LoadedConfig,
  fired: TellFiring,
  refused?: TellRefusal,
): Promise<DispatchDeps> {
  const { store, clock, random, host, dir, stateDir } = fleet
  const adapters = await fleet.loadAdapters()
  const launcher = await fleet.launcher()
  const builds = await fleet.builds()
  const workspaces = await fleet.workspaces()
  const credentials = (await fleet.credentials?.()) ?? null
  const good = (await fleet.good?.()) ?? null
  return {
    store,
    workspaces,
    clock,
    random,
    host,
    flags: builds,
    fired,
    ...(refused && { refused }),
    places: {
      fleetDir: dir,
      binDir: options.binDir,
      socketPath: options.socketPath,
      attemptDir: (id) => join(stateDir, 'attempts', String(id)),
    },
    inForce: inForceOf(fleet, current),
    ...restoring(fleet),
    equip: (name, config, lanes) => {
      const agent = config.agents.find((one) => one.name === name) ?? null
      const adapter = adapterNamed(adapters, agent?.adapter ?? 'command')
      const settings =
        agent === null ? { ...bareSettings, name } : settingsFor(agent, adapter, config, lanes)
      const inForce = good?.inForce(settings) ?? settings
      const own = { ...options, program: options.program ?? [] }
      const launching = launchingOf(agent, config)
      const confinement = confinementOf(launching, adapter, inForce, host.baseEnv, own)
      return { adapter, settings: inForce, launcher, ...(confinement && { confinement }) }
    },
    selfTest: (lane, thorough) =>
      selfTestOf(lane, adapters, current().config, { builds, credentials, host, thorough }),
    testedLanes: () => testedLanes(adapters, current().config),
    ...(credentials && { credentials }),
    ...(good && { good }),
    onError: options.onError,
  }
}

/** What a source keeps it can restore. */
function restoring({ source }: Fleet): Pick<DispatchDeps, 'restore'> {
  const restore = source.restore?.bind(source)
  return restore === undefined ? {} : { restore }
}

/**
 * What all agents of the configuration lack to serve a demand, wherever they run; null for the first minute of a configuration, so
 * that an edit in two steps makes no task ask for anybody.
 */
export function lackingSure(
  { adapters, clock }: Fleet,
  current: () => LoadedConfig,
): () => ((demand: Demand) => string | null) | null {
  let sinceMs = clock.monotonicMs()
  let known = current()
  return () => {
    const loaded = current()
    const { config } = loaded
    // One that was out of force between two looks is new, though it says the same.
    if (loaded !== known) sinceMs = clock.monotonicMs()
    known = loaded
    if (clock.monotonicMs() - sinceMs < sureAfterMs) return null
    const offers = offersOf(adapters, config)
    return (demand) => lackingOf(offers, demand, config.tiers)
  }
}

const sureAfterMs = 60_000

/** The offers are made anew only when the configuration changes. */
function inForceOf(fleet: Fleet, current: () => LoadedConfig): () => InForce {
  let inForce: InForce = {
    config: fleet.config,
    configHash: fleet.configHash,
    offers: offersOn(fleet.host.name, fleet.offers, fleet.config),
    ...keptOf(fleet.loaded),
  }
  return () => {
    const loaded = current()
    const { config, hash } = loaded
    if (hash !== inForce.configHash)
      inForce = {
        config,
        configHash: hash,
        offers: offersOn(fleet.host.name, offersOf(fleet.adapters, config), config),
        ...keptOf(loaded),
      }
    return inForce
  }
}

const keptOf = ({ kept }: LoadedConfig): Pick<InForce, 'kept'> =>
  kept === undefined ? {} : { kept }

/** An attempt whose agent left the configuration is still followed to its end, as a plain command. */
const bareSettings = {
  name: '',
  adapter: 'command',
  model: null,
  permissions: 'plan',
  program: null,
  args: null,
  env: {},
} as const
