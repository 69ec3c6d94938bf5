// Who serves what, as the world knows it, without asking the house: what is surely served by some agent of a configuration, and
// what surely by none. Demands and agents that ask for more than this world draws are neither.

import { hasTemplate } from '../src/drivers/agents/cards.ts'
import type { AgentConfig } from '../src/model/config.ts'
import type { Demand } from '../src/model/demand.ts'
import type { Version } from './config.ts'

/** Whether one of its agents takes such work, whatever else is the matter. */
export const isServed = ({ config }: Pick<Version, 'config'>, demand: Demand): boolean =>
  isPlain(demand) &&
  config.agents.some(
    (one) => couldServe(one, demand) && one.onlyLabels.length === 0 && !one.onlyHosts?.length,
  )

/** Whether none of them could. */
export const isUnserved = ({ config }: Pick<Version, 'config'>, demand: Demand): boolean =>
  !config.agents.some((one) => couldServe(one, demand))

const isPlain = ({ tier, hosts = [], notAgent }: Demand): boolean =>
  tier === null && hosts.length === 0 && notAgent === undefined

const couldServe = (agent: AgentConfig, { kind, agent: wanted, role }: Demand): boolean =>
  (wanted === null || wanted === agent.name) &&
  (role === null || agent.roles.includes(role)) &&
  kind === (agent.adapter === 'command' && !hasTemplate(agent) ? 'command' : 'prompt')
