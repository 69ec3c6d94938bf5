// The clients of a configuration: which agents drive one, which lanes stand on its build, and what a free test of such a
// lane says.

import type { AgentAdapter, Builds, Probed } from './drivers/agents/contract.ts'
import { adapterNamed, settingsOf } from './fleet.ts'
import type { WatchedClient } from './loops/builds/watch.ts'
import type { FleetConfig } from './model/config.ts'
import { agentLane, cliLane } from './model/gate.ts'

/** Every configured agent with its adapter. */
export function probedAgents(adapters: readonly AgentAdapter[], config: FleetConfig): Probed[] {
  return config.agents.map((agent) => {
    return { adapter: adapterNamed(adapters, agent.adapter), settings: settingsOf(agent) }
  })
}

/** The configured agents that drive a client. */
export function clientsOf(
  adapters: readonly AgentAdapter[],
  config: FleetConfig,
): readonly WatchedClient[] {
  return probedAgents(adapters, config).flatMap((agent) => {
    const { client } = agent.adapter
    if (client === undefined) return []
    return [
      { agent, cli: client.cli, lanes: [cliLane(client.cli), agentLane(agent.settings.name)] },
    ]
  })
}

/**
 * The free test of a client's or an agent's lane: program, version, required flags. A failed one saves an attempt. A
 * passed one says `none`, for it cannot tell whether what shut the lane is mended: a build that lists a flag and refuses
 * it would pass for ever.
 */
export async function selfTestOf(
  lane: string,
  clients: readonly WatchedClient[],
  builds: Builds,
): Promise<'failed' | 'none'> {
  const concerned = clients.filter(({ lanes }) => lanes.includes(lane))
  if (concerned.length === 0) return 'none'
  const tests = await Promise.all(concerned.map(({ agent }) => builds.selfTest(agent)))
  return tests.every(({ passed }) => !passed) ? 'failed' : 'none'
}
