// Faults of whoever edits the configuration: a file that is none, and back; other slots; an agent's model, and back.

import { type FaultKind, fleetFault } from './contract.ts'

export const configFaults: readonly FaultKind[] = [
  fleetFault('configBroken', 0.3, ({ config }) => {
    const before = config.lastGood
    config.write(null)
    return () => config.write(before)
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
]
