// What a fleet stands on: its parts as contracts, and the configuration as it was read. The real parts are chosen in
// app.ts; a simulated world hands in its own, and everything above is the same.

import { refused } from './base/errors.ts'
import type { Clock } from './base/clock.ts'
import type { Random } from './base/random.ts'
import type { AgentConfig, FleetConfig } from './model/config.ts'
import { accountLane, agentLane, cliLane, providerLane } from './model/gate.ts'
import { laneKind } from './model/lane-rules.ts'
import type { AgentAdapter, AgentCard, AgentSettings, Builds } from './drivers/agents/contract.ts'
import type { ConfigSource, LoadedConfig } from './drivers/config/contract.ts'
import type { Host } from './drivers/hosts/contract.ts'
import type { Launcher } from './drivers/launchers/contract.ts'
import type { Store } from './drivers/store/contract.ts'
import type { Workspaces } from './drivers/workspaces/contract.ts'
import type { SlottedOffer } from './loops/dispatch/deps.ts'

/** What a fleet stands on. A simulated world hands in its own parts. */
export interface Parts {
  readonly dir: string
  readonly stateDir: string
  readonly clock: Clock
  readonly random: Random
  readonly host: Host
  readonly source: ConfigSource
  readonly store: Store
  /** Asked for only by who starts or stops sessions. */
  readonly launcher: () => Promise<Launcher>
  /** Every adapter by its card. */
  readonly adapters: readonly AgentCard[]
  /** The adapters themselves: asked for only by who starts, follows or probes sessions. */
  readonly loadAdapters: () => Promise<readonly AgentAdapter[]>
  /** What is known of the client builds of this host. */
  readonly builds: () => Promise<Builds>
  /** Folders of tasks' own on this host. */
  readonly workspaces: () => Promise<Workspaces>
}

/** An opened fleet: its parts, and the configuration as it was read. */
export interface Fleet extends Parts {
  readonly loaded: LoadedConfig
  readonly config: FleetConfig
  readonly configHash: string
  readonly offers: readonly SlottedOffer[]
  close(): Promise<void>
}

/** A fleet over given parts. */
export function fleetOf(parts: Parts, loaded: LoadedConfig): Fleet {
  const { config, hash } = loaded
  const offers = offersOf(parts.adapters, config)
  return { ...parts, loaded, config, configHash: hash, offers, close: () => parts.store.close() }
}

/** The adapter of that name; the configuration's schema admits no other. */
export function adapterNamed<A extends AgentCard>(known: readonly A[], name: string): A {
  const found = known.find((adapter) => adapter.name === name)
  if (found === undefined)
    throw refused(
      'agent.adapter',
      `there is no adapter called ${name}`,
      `use one of ${known.map((a) => a.name).join(', ')}`,
    )
  return found
}

/** What the configured agents offer to demands. */
export const offersOf = (
  known: readonly AgentCard[],
  config: FleetConfig,
): readonly SlottedOffer[] =>
  config.agents.map((agent) => ({
    agent: agent.name,
    takes: adapterNamed(known, agent.adapter).takes(settingsOf(agent)),
    tier: agent.tier,
    roles: agent.roles,
    onlyLabels: agent.onlyLabels,
    slots: agent.slots,
    lanes: clientLanes(adapterNamed(known, agent.adapter), agent),
  }))

/** The lanes of an agent's client; none for a plain program. */
function clientLanes({ client }: AgentCard, agent: AgentConfig): readonly string[] {
  if (client === undefined) return []
  const provider = agent.provider ?? client.provider
  const account = agent.account ?? `${provider}-default`
  return [cliLane(client.cli), providerLane(provider), accountLane(account)]
}

/**
 * The lanes that stand on something else when these agents changed: their own, their accounts and their clients. The
 * service behind them is none of ours.
 */
export const touchedLanes = (
  offers: readonly SlottedOffer[],
  isTouched: (agent: string) => boolean,
): string[] =>
  offers
    .filter(({ agent }) => isTouched(agent))
    .flatMap(({ agent, lanes = [] }) => [
      agentLane(agent),
      ...lanes.filter((lane) => laneKind(lane) !== 'provider'),
    ])

/** What an adapter may know of an agent's configuration. */
export const settingsOf = (agent: AgentConfig): AgentSettings => ({
  name: agent.name,
  adapter: agent.adapter,
  model: agent.model,
  permissions: agent.permissions,
  program: agent.program,
  args: agent.args,
  env: agent.env,
})
