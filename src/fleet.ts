// What a fleet stands on: its parts as contracts, and the configuration as it was read. The real parts are chosen in
// app.ts; a simulated world hands in its own, and everything above is the same.

import { refused } from './base/errors.ts'
import type { Clock } from './base/clock.ts'
import type { Random } from './base/random.ts'
import type { AgentConfig, FleetConfig } from './model/config.ts'
import { accountIn, accountLane, modelIn, modelLane, type Route } from './model/account.ts'
import { agentLane, cliLane, providerLane } from './model/gate.ts'
import { clientLanesOf } from './model/demand.ts'
import { budgetLane } from './model/budget.ts'
import { laneKind } from './model/lane-rules.ts'
import type {
  AgentAdapter,
  AgentCard,
  AgentSettings,
  Builds,
  GoodSettings,
} from './drivers/agents/contract.ts'
import type { Calendar } from './model/schedule.ts'
import type { Checker } from './drivers/checks/contract.ts'
import type { ConfigSource, LoadedConfig } from './drivers/config/contract.ts'
import type { Credentials } from './drivers/credentials/contract.ts'
import type { Host } from './drivers/hosts/contract.ts'
import type { Launcher } from './drivers/launchers/contract.ts'
import type { HostSenses } from './drivers/senses/contract.ts'
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
  /** What looks for `check` holds: asked for only by a daemon. */
  readonly checker: () => Promise<Checker>
  /** What this machine feels like: asked for only by a daemon. */
  readonly senses: () => Promise<HostSenses>
  /** What reads patterns of cron: asked for only where there are schedules. */
  readonly calendar: () => Promise<Calendar>
  /** What is known of the client builds of this host. */
  readonly builds: () => Promise<Builds>
  /** Folders of tasks' own on this host. */
  readonly workspaces: () => Promise<Workspaces>
  /** The credentials of this host; absent where nobody looks at them. */
  readonly credentials?: () => Promise<Credentials>
  /** The configurations that clients take; absent where nobody keeps them. */
  readonly good?: () => Promise<GoodSettings>
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
    ...waysOf(adapterNamed(known, agent.adapter), agent, config),
  }))

/** Those of the offers that this host makes: an agent may ask for a host by its name or a label. */
export function offersOn(
  host: string,
  offers: readonly SlottedOffer[],
  { agents, hostLabels = [] }: FleetConfig,
): readonly SlottedOffer[] {
  const its = new Set([host, ...hostLabels])
  const away = new Set(
    agents
      .filter(
        ({ onlyHosts = [] }) => onlyHosts.length > 0 && !onlyHosts.some((one) => its.has(one)),
      )
      .map(({ name }) => name),
  )
  return offers
    .filter(({ agent }) => !away.has(agent))
    .map((offer) => ({ ...offer, host: [...its] }))
}

/** The lanes of an agent's client, and its routes where it has a choice; no lanes for a plain program. */
function waysOf(
  { client }: AgentCard,
  agent: AgentConfig,
  { accounts = [], budget }: FleetConfig,
): Pick<SlottedOffer, 'lanes' | 'routes'> {
  if (client === undefined) return { lanes: [] }
  const models = [agent.model, ...(agent.fallbackModels ?? [])]
  const named = agent.accounts ?? (agent.account ? [agent.account] : [])
  const routes = (named.length === 0 ? [null] : named).flatMap((account) =>
    models.map((model): Route => {
      const known = accounts.find((one) => one.name === account)
      const provider = agent.provider ?? known?.provider ?? client.provider
      const lanes = [
        cliLane(client.cli),
        providerLane(provider),
        accountLane(account ?? `${provider}-default`),
        ...(budget ? [budgetLane('fleet'), budgetLane(account ?? `${provider}-default`)] : []),
        ...(models.length > 1 && model !== null ? [modelLane(agent.name, model)] : []),
      ]
      return { account, model, lanes }
    }),
  )
  return { lanes: routes[0]?.lanes ?? [], ...(routes.length > 1 && { routes }) }
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
    .flatMap((offer) => [
      agentLane(offer.agent),
      ...clientLanesOf(offer).filter((lane) => laneKind(lane) !== 'provider'),
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

/** The settings of one attempt: those of its agent, for the account and the model that its lanes name. */
export function settingsFor(
  agent: AgentConfig,
  { client }: AgentCard,
  config: FleetConfig,
  lanes: readonly string[],
): AgentSettings {
  const cap = config.budget?.attemptUsd ?? null
  const settings = { ...settingsOf(agent), ...(cap !== null && { budgetUsd: cap }) }
  const model = modelIn(agent.name, lanes) ?? settings.model
  const account = config.accounts?.find((one) => one.name === accountIn(lanes))
  if (account === undefined) return { ...settings, model }
  const home =
    account.home === null || client === undefined ? {} : { [client.homeIn]: account.home }
  const env = { ...settings.env, ...home, ...account.env }
  return { ...settings, model, env, envFiles: account.envFiles }
}
