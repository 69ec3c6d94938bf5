// An agent as the command line shows it: what it is configured to be, whether it may send, its streak, what it does now
// and how its attempts ended lately. Everything is computed at the look; nothing is kept.

import { isoTime } from '../../../base/when.ts'
import type { Attempt } from '../../../model/attempt.ts'
import type { AgentConfig } from '../../../model/config.ts'
import { agentLane } from '../../../model/gate.ts'
import type { Lane } from '../../../model/lane.ts'
import { type AgentStreak, streakSentence } from '../../../model/streak.ts'
import { standingOf } from '../../standing.ts'
import { attemptShape, gateShape } from '../shapes.ts'
import type { Fleet } from '../world.ts'

export interface AgentSeen {
  readonly agent: AgentConfig
  readonly lane: Lane
  readonly streak: AgentStreak
  readonly running: readonly Attempt[]
  readonly lately: readonly Attempt[]
}

const latelyMax = 5

/** Every configured agent, or the one of that name. */
export async function seeAgents(
  { store, config }: Fleet,
  only: string | null,
): Promise<readonly AgentSeen[]> {
  const agents = config.agents.filter((agent) => only === null || agent.name === only)
  const lanes = await store.lanes(agents.map((agent) => agentLane(agent.name)))
  const open = await store.unended(null)
  return await Promise.all(
    agents.map(async (agent, i) => {
      const lane = lanes[i] as Lane
      return {
        agent,
        lane,
        streak: standingOf(lane, config),
        running: open.filter((attempt) => attempt.agent === agent.name),
        lately: await store.lately({ agent: agent.name, limit: only === null ? 1 : latelyMax }),
      }
    }),
  )
}

export function agentShape({ agent, lane, streak, running, lately }: AgentSeen) {
  const { name, adapter, model, tier, roles, slots, permissions } = agent
  return {
    name,
    adapter,
    model,
    tier,
    roles,
    slots,
    permissions,
    account: agent.account ?? null,
    provider: agent.provider ?? null,
    running: running.map(({ id, taskId, host }) => ({ attempt: id, task: taskId, host })),
    gate: gateShape({ lane: lane.lane, ...lane.gate }),
    streak: {
      failures: streak.failures,
      of: streak.of,
      class: streak.class,
      sentence: streakSentence(streak),
      nextTryAt: streak.nextTryAt === null ? null : isoTime(streak.nextTryAt),
      coolingDown: streak.coolingDown,
    },
    lately: lately.map(attemptShape),
  }
}

/** `working`, `idle`, or why it may not send. */
export function stateOf({ lane, streak, running, agent }: AgentSeen): string {
  const { gate } = lane
  if (gate.state === 'pinned') return gate.by === 'midwatch' ? 'pinned' : 'paused'
  if (gate.state === 'shut') return streak.coolingDown ? 'cooling down' : 'shut'
  if (gate.state === 'probing') return 'probing'
  return running.length === 0 ? 'idle' : `working ${running.length}/${agent.slots}`
}
