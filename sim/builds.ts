// The client builds of a simulated machine: one version that knows every flag until a session is refused one. What was
// learned lies on the machine's disk and outlives its daemons.

import type { Clock } from '../src/base/clock.ts'
import type { Builds, LackedFlag, Probed } from '../src/drivers/agents/contract.ts'

const learned = new WeakMap<object, Map<string, Map<string, LackedFlag>>>()

/** The builds of one machine, as a daemon with this clock sees them. */
export function simulatedBuilds(machine: object, clock: Clock): Builds {
  const books = learned.get(machine) ?? new Map<string, Map<string, LackedFlag>>()
  learned.set(machine, books)
  const bookOf = ({ adapter, settings }: Probed) => {
    const key = settings.program ?? adapter.name
    const book = books.get(key) ?? new Map<string, LackedFlag>()
    books.set(key, book)
    return book
  }
  return {
    look: async () => null,
    told: async () => {},
    standing: async () => [],
    selfTest: async () => ({ passed: true, evidence: 'a simulated client answers' }),
    lacks: async (agent) => new Map(bookOf(agent)),
    drop: async (agent, flags, why) => {
      const book = bookOf(agent)
      for (const flag of flags) if (!book.has(flag)) book.set(flag, { why, at: clock.now() })
    },
  }
}
