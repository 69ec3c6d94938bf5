// The check of `doctor` that looks at who starts sessions: each launcher of the configuration once, with the agents that
// use it. A plain process needs nothing, so it is not told.

import type { FleetConfig } from '../../../model/config.ts'
import { describeLaunching, type Launching, plainLaunching } from '../../../model/launcher.ts'
import { bad, type Finding, ok } from './finding.ts'
import type { Machine } from './machine.ts'

/** One finding per launcher that the agents use. */
export async function checkLaunchers(
  machine: Machine,
  config: FleetConfig | null,
): Promise<Finding[]> {
  const used = new Map<string, { launching: Launching; agents: string[] }>()
  for (const agent of config?.agents ?? []) {
    const launching = agent.launcher ?? config?.launcher ?? plainLaunching
    if (launching.kind === 'local' && launching.sandbox === null) continue
    const key = JSON.stringify(launching)
    const known = used.get(key) ?? { launching, agents: [] }
    used.set(key, { launching, agents: [...known.agents, agent.name] })
  }
  return await Promise.all(
    [...used.values()].map(async ({ launching, agents }) => {
      const about = `launcher ${describeLaunching(launching)}`
      const why = await machine.whyNoLauncher(launching)
      if (why !== null)
        return bad(about, `${why.sentence}; ${agents.join(', ')} cannot start`, why.remedy)
      return ok(about, `starts ${agents.join(', ')}`)
    }),
  )
}
