// For how long a session of this agent may stand still. Pure.

import type { AgentAdapter } from '../../drivers/agents/contract.ts'
import type { PulseLimits } from '../../lifecycle/watch/pulse.ts'
import type { AgentConfig } from '../../model/config.ts'
import type { Limits } from '../../model/limits.ts'

/** A plain program may be silent for as long as it runs, unless its configuration says otherwise; a client speaks. */
export function pulseLimits(
  { silenceMs, firstWordMs, lingerMs }: Limits,
  agent: AgentConfig | null,
  { client }: Pick<AgentAdapter, 'client'>,
): PulseLimits {
  const own = agent?.silenceMs ?? null
  if (client === undefined) return { silenceMs: own, firstWordMs: null, lingerMs }
  return {
    silenceMs: own ?? silenceMs,
    firstWordMs: Math.min(own ?? firstWordMs, firstWordMs),
    lingerMs,
  }
}
