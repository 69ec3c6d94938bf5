// The client builds of a simulated machine: one version that knows every flag until a session is refused one, and a newer one
// whenever the client is upgraded under us. What was learned lies on the machine's disk and outlives its daemons.

import type { Clock } from '../src/base/clock.ts'
import { hashOf } from '../src/base/ids.ts'
import type { Build, Builds, LackedFlag, Probed } from '../src/drivers/agents/contract.ts'
import { clientVersionOf } from './programs/claude.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import type { Services } from './world.ts'

interface Known {
  /** The build that was last made known. */
  told: Build | null
  version: string
  readonly lacked: Map<string, LackedFlag>
}

const bookOfMachine = partOf<Machine, Map<string, Known>>(() => new Map())

/** The builds of one machine, as a daemon with this clock sees them. */
export function simulatedBuilds(machine: Machine, services: Services, clock: Clock): Builds {
  const book = bookOfMachine(machine)
  const version = clientVersionOf
  const knownOf = ({ adapter, settings }: Probed): Known => {
    const key = settings.program ?? adapter.name
    const known = book.get(key)
    const now = version(services)
    if (known !== undefined && known.version === now) return known
    const fresh = { told: known?.told ?? null, version: now, lacked: new Map() }
    book.set(key, fresh)
    return fresh
  }
  const isThere = ({ adapter }: Probed): boolean =>
    adapter.client !== undefined && !machine.ails.programGone
  return {
    async look(agent) {
      if (!isThere(agent)) return null
      const { told, version: now } = knownOf(agent)
      if (told?.version === now) return { build: told, was: null }
      const build = buildOf(agent, now, clock.now())
      if (told === null) knownOf(agent).told = build // the first look has nothing to compare with
      return { build, was: told }
    },
    async told(agent, build) {
      knownOf(agent).told = build
    },
    standing: async () => [],
    async selfTest(agent) {
      if (agent.adapter.client === undefined) return { passed: true, evidence: 'a plain program' }
      if (machine.ails.programGone) return { passed: false, evidence: 'it is not there' }
      return services.flagsGone
        ? { passed: false, evidence: 'its help does not list --verbose' }
        : { passed: true, evidence: 'it answers' }
    },
    lacks: async (agent) => new Map(knownOf(agent).lacked),
    async drop(agent, flags, why) {
      const { lacked } = knownOf(agent)
      for (const flag of flags) if (!lacked.has(flag)) lacked.set(flag, { why, at: clock.now() })
    },
  }
}

const buildOf = ({ adapter }: Probed, version: string, now: number): Build => ({
  path: `/usr/bin/${adapter.name}`,
  realPath: `/usr/lib/${adapter.name}/${version}`,
  version,
  hash: hashOf(`${adapter.name} ${version}`),
  options: null,
  trouble: null,
  probedAt: now,
  refused: {},
})
