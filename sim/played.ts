// A person's configuration as the simulated world plays it: every client by the simulated one, nothing real named or asked,
// looks at the pace that a month in seconds allows. Where that differs from what is written it says so.

import { adapterCards } from '../src/drivers/agents/cards.ts'
import { hasTemplate } from '../src/drivers/agents/cards.ts'
import { formatDuration } from '../src/base/duration.ts'
import { adapterNamed, settingsOf } from '../src/fleet.ts'
import type { AgentConfig, FleetConfig } from '../src/model/config.ts'
import { defaultKeep } from '../src/model/keeping.ts'
import { playedSchedule } from './scheduled.ts'

export interface Played {
  readonly config: FleetConfig
  readonly notes: readonly string[]
}

/** Longest poll that still renews leases in time, as far as a month in seconds wants it. */
const pollMostMs = 100_000

/** The configuration that is played for `config`. */
export function playedAs(config: FleetConfig): Played {
  const pollMs = Math.max(
    config.limits.pollMs,
    Math.min(pollMostMs, Math.floor(config.limits.leaseMs / 3)),
  )
  const agents = config.agents.map(playedAgent)
  const others = new Set(
    config.agents.filter((agent, i) => agents[i]?.adapter !== agent.adapter).map(nameOfClient),
  )
  const notes = [
    ...(others.size > 0
      ? [`Played by a simulated claude, with their own accounts: ${[...others].sort().join(', ')}.`]
      : []),
    ...(pollMs !== config.limits.pollMs
      ? [
          `Looks come every ${formatDuration(pollMs)} instead of ${formatDuration(config.limits.pollMs)}.`,
        ]
      : []),
    ...(isBoundToHosts(config) ? ['What is bound to hosts by their names may run on any.'] : []),
    ...(hasOwnZone(config) ? ['Times without a zone, or in that of a host, are UTC.'] : []),
    ...(config.budget ? ['A simulated session costs about a cent.'] : []),
    ...(config.sensors?.length ? ['Sensors bring nothing here.'] : []),
  ]
  const windows = config.windows?.map((one) => ({ ...one, timezone: one.timezone ?? 'UTC' }))
  const budget = config.budget && { ...config.budget, zone: config.budget.zone ?? 'UTC' }
  const accounts = config.accounts?.map((one) => ({ ...one, env: {}, envFiles: {}, test: null }))
  return {
    config: {
      ...config,
      store: 'sqlite',
      notifyCommand: null,
      limits: { ...config.limits, pollMs },
      agents,
      // A month that is told of keeps all of it, and makes no copies.
      keep: { ...(config.keep ?? defaultKeep), tasksMs: null, backupEveryMs: null },
      ...(config.schedules && { schedules: config.schedules.map(playedSchedule) }),
      ...(config.sensors && { sensors: [] }),
      ...(windows && { windows }),
      ...(budget && { budget }),
      ...(accounts && { accounts }),
    },
    notes,
  }
}

const isBoundToHosts = ({ agents, schedules = [] }: FleetConfig): boolean =>
  agents.some(({ onlyHosts = [] }) => onlyHosts.length > 0) ||
  schedules.some(({ order }) => order.hosts.length > 0)

/** No zone of the machine that plays it matters: a seed is the same month everywhere. */
const hasOwnZone = ({ windows = [], schedules = [], budget }: FleetConfig): boolean =>
  windows.some(({ clock, timezone }) => clock.length > 0 && timezone === null) ||
  schedules.some(({ timezone }) => timezone === null) ||
  budget?.zone === null

const nameOfClient = (agent: AgentConfig): string => agent.adapter

function playedAgent(agent: AgentConfig): AgentConfig {
  const isShell = agent.adapter === 'command' && !hasTemplate(settingsOf(agent))
  const { client } = adapterNamed(adapterCards, agent.adapter)
  const provider = agent.provider ?? client?.provider ?? null
  return {
    ...agent,
    adapter: isShell ? 'command' : 'claude',
    program: null,
    args: null,
    env: {},
    onlyHosts: [],
    workspace: 'dir',
    provider,
    account: agent.account ?? (provider === null ? null : `${provider}-default`),
  }
}
