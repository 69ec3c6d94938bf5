// What is known of agents and hosts beside their rows: what their lanes remember, and how their attempts ended lately.

import type { Attempt } from '../../../model/attempt.ts'
import type { Lane } from '../../../model/lane.ts'

export interface AgentVerbs {
  /** These lanes with all they remember; one that never was out of order is passing and remembers nothing. */
  lanes(names: readonly string[]): Promise<readonly Lane[]>
  /** The newest ended attempts of an agent or a host, newest first, among the newest there are at all. */
  lately(input: { agent?: string; host?: string; limit: number }): Promise<readonly Attempt[]>
}
