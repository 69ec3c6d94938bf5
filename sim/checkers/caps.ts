// Law: never more attempts at once than an agent and a host have slots, as configured when they were claimed.

import type { Checker } from './contract.ts'

export const caps: Checker = {
  law: 'caps are held',
  invariants: [6],
  fact({ journal, config, accuse }, { taskId, body }) {
    if (body.kind !== 'attempt.claimed') return
    const versions = [...config.known.values()]
    const hostSlots = Math.max(...versions.map((version) => version.slots))
    const agentSlots = Math.max(
      ...versions.map(
        (version) => version.agents.find((agent) => agent.name === body.agent)?.slots ?? 0,
      ),
    )
    const onHost = (journal.openByHost.get(body.host) ?? 0) + 1
    const ofAgent = (journal.openByAgent.get(body.agent) ?? 0) + 1
    if (onHost > hostSlots)
      accuse(`${body.host} has ${onHost} attempts open, its slots are ${hostSlots}`, taskId)
    if (ofAgent > agentSlots)
      accuse(`${body.agent} has ${ofAgent} attempts open, its slots are ${agentSlots}`, taskId)
  },
}
