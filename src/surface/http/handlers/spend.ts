// What was spent, by agent and by day: summed in the store, a day at a time, so that no sum blocks the others for long.

import { isoTime } from '../../../base/when.ts'
import { gateRelease } from '../../../model/gate.ts'
import type { House } from '../house.ts'

const dayMs = 86_400_000

interface Sum {
  attempts: number
  costUsd: number
  inputTokens: number
  outputTokens: number
}

const nothing = (): Sum => ({ attempts: 0, costUsd: 0, inputTokens: 0, outputTokens: 0 })

/** The last days, today included. */
export async function spendOf({ store, clock, current }: House, days: number) {
  const today = Math.floor(clock.now() / dayMs)
  const agents = new Map(current().config.agents.map(({ name }) => [name, nothing()]))
  const byDay = []
  for (let day = today - days + 1; day <= today; day++) {
    const sum = nothing()
    const found = await store.spentByAgent({ since: day * dayMs, until: (day + 1) * dayMs })
    for (const { agent, attempts, usd, inputTokens, outputTokens } of found) {
      const one = { attempts, costUsd: usd, inputTokens, outputTokens }
      const its = agents.get(agent) ?? nothing()
      agents.set(agent, its)
      add(its, one)
      add(sum, one)
    }
    byDay.push({ day: isoTime(day * dayMs).slice(0, 10), ...sum })
  }
  const limits = (await store.gates())
    .filter((gate) => gate.state !== 'passing' && /^(account|budget|model):/.test(gate.lane))
    .map((gate) => ({
      lane: gate.lane,
      until:
        (gate.state === 'shut' || gate.state === 'pinned') && gate.until !== null
          ? isoTime(gate.until)
          : null,
      reason: `${gate.state === 'passing' ? '' : gate.reason}; ${gateRelease(gate, isoTime)}`,
    }))
  return { days: byDay, agents: [...agents].map(([agent, sum]) => ({ agent, ...sum })), limits }
}

function add(to: Sum, one: Sum): void {
  to.attempts += one.attempts
  to.costUsd += one.costUsd
  to.inputTokens += one.inputTokens
  to.outputTokens += one.outputTokens
}
