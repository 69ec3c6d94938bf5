// Faults of whoever edits the configuration: a file that is none, and back; other slots; an agent's model, and back; agents that are
// taken out and come back, after a while or with the second step of the same edit.

import type { Chance } from '../chance.ts'
import type { ConfigFile } from '../config.ts'
import { type FaultKind, fleetFault } from './contract.ts'

export const configFaults: readonly FaultKind[] = [
  fleetFault('configBroken', 0.3, ({ config }) => {
    config.write(null)
    // Whoever saved another one meanwhile has mended it.
    return () => config.brokenMs !== null && config.write(config.lastGood)
  }),
  fleetFault(
    'configChanged',
    0.3,
    ({ config }, { hostSlots }: { hostSlots: number }) => {
      config.write({ ...config.lastGood, slots: hostSlots })
      return null
    },
    (chance, { hostSlots }) => ({ hostSlots: chance.whole(1, 2 * hostSlots) }),
  ),
  fleetFault(
    'modelChanged',
    0.2,
    ({ config }, { model }: { model: string }) => {
      const { agents, ...rest } = config.lastGood
      config.write({
        ...rest,
        agents: agents.map((one) => (one.adapter === 'command' ? one : { ...one, model })),
      })
      return null
    },
    (chance) => ({ model: chance.pick(['sonnet', 'opus']) }),
  ),
  {
    ...fleetFault(
      'agentsOut',
      0.5,
      ({ config }, { which, nth }: AgentsOut) => takeOut(config, which, nth),
      (chance) => drawAgents(chance),
    ),
    meanMs: 45 * 60_000,
  },
  fleetFault(
    'editedInSteps',
    0.3,
    ({ config, world }, { which, nth, stepMs }: AgentsOut & { stepMs: number }) => {
      world.time.after(stepMs, takeOut(config, which, nth))
      return null
    },
    (chance) => ({ ...drawAgents(chance), stepMs: chance.whole(5_000, 50_000) }),
  ),
]

type AgentsOut = {
  readonly which: 'all' | 'clients' | 'shells' | 'one'
  readonly nth: number
}

const drawAgents = (chance: Chance): AgentsOut => ({
  which: chance.weighed({ all: 2, clients: 3, shells: 3, one: 2 }),
  nth: chance.whole(0, 20),
})

/** Somebody takes agents out of the configuration. The answer brings them back into what stands there by then. */
function takeOut(config: ConfigFile, which: AgentsOut['which'], nth: number): () => void {
  const { agents } = config.lastGood
  const out = agents.filter((one, i) => {
    if (which === 'one') return i === nth % agents.length
    return which === 'all' || (one.adapter === 'command') === (which === 'shells')
  })
  config.write({ ...config.lastGood, agents: agents.filter((one) => !out.includes(one)) })
  return () => {
    const [whole] = config.versions
    const { agents: here } = config.lastGood
    const all = [...here, ...out.filter(({ name }) => !here.some((one) => one.name === name))]
    const at = ({ name }: { readonly name: string }) =>
      whole?.config.agents.findIndex((one) => one.name === name) ?? 0
    config.write({ ...config.lastGood, agents: all.toSorted((a, b) => at(a) - at(b)) })
  }
}
