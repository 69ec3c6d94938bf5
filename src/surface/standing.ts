// How a lane stands, by the rule of its newest failure and by what the configuration says of its agent: the one judge of the
// command line, of the API and of the page.

import type { FleetConfig } from '../model/config.ts'
import { agentLane } from '../model/gate.ts'
import type { Lane } from '../model/lane.ts'
import { laneKind, ruleOf } from '../model/lane-rules.ts'
import { type AgentStreak, streakOf } from '../model/streak.ts'

/** The streak of a lane, computed at the look. */
export function standingOf(lane: Lane, { agents }: Pick<FleetConfig, 'agents'>): AgentStreak {
  const { memory } = lane
  const kind = laneKind(lane.lane)
  const last = memory.streak.at(-1)?.class ?? memory.shutBy
  const agent = agents.find(({ name }) => agentLane(name) === lane.lane)
  const rule = kind === null || last === null ? null : ruleOf(kind, last)
  return streakOf(lane, rule, agent?.startsInRow ?? null)
}
