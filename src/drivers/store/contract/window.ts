// What the window shows of lanes and agents, and the one thing it does there: probing a shut lane before its time.

import type { Attempt } from '../../../model/attempt.ts'
import type { Lane } from '../../../model/lane.ts'
import type { Fenced } from '../../../model/refusal.ts'

export interface WindowVerbs {
  /** These lanes as far as they have rows, and every lane that is not wholly passing, with what they remember. */
  lanesSeen(lanes: readonly string[]): Promise<readonly Lane[]>
  /** shut → probing, by a person's word, before its time. Refused for a lane that is not shut. */
  probeNow(input: { lane: string; by: string; reason: string; now: number }): Promise<Fenced>
  /** The newest attempts of an agent, newest first, among the newest attempts of all. */
  recentAttempts(input: { agent: string; limit: number }): Promise<readonly Attempt[]>
}
