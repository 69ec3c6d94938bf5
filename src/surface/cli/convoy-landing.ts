// The task that lands a convoy, from what was typed or sent: a command or a prompt, refused like any other want that no agent
// could take.

import { refused, usage } from '../../base/errors.ts'
import type { EnqueueInput } from '../../drivers/store/contract/shapes.ts'
import { type Demand, whoServes } from '../../model/demand.ts'
import type { Fleet } from './world.ts'

export interface LandingOptions {
  readonly landRun?: string | undefined
  readonly landPrompt?: string | undefined
  readonly landAgent?: string | undefined
}

type Landing = Omit<EnqueueInput, 'key' | 'holds' | 'againOf'>

/** Null when none is wanted. Throws `usage.two_orders` and `intake.unserved`. */
export function landingOf(
  options: LandingOptions,
  { config, offers, clock, cwd }: Pick<Fleet, 'config' | 'offers' | 'clock'> & { cwd: string },
  title: string,
  by: string,
): Landing | null {
  const { landRun: run = null, landPrompt: prompt = null, landAgent = null } = options
  if (run !== null && prompt !== null)
    throw usage(
      'usage.two_orders',
      'a landing has one order',
      'give one of --land-run and --land-prompt',
    )
  if (run === null && prompt === null) return null
  const shell = offers.some(({ agent }) => agent === 'shell') ? 'shell' : null
  const agent = landAgent ?? (run === null ? null : shell)
  const kind = run === null ? ('prompt' as const) : ('command' as const)
  const demand: Demand = { kind, agent, tier: null, role: null, labels: [] }
  const { agents, missing } = whoServes(offers, demand, config.tiers)
  if (agents.length === 0)
    throw refused(
      'intake.unserved',
      `no configured agent could land it: ${missing.join(' · ')}`,
      'name another with --land-agent, or add one to midwatch.yaml',
    )
  const order = { run, prompt, cwd, timeoutMs: null, verify: null, once: false }
  const { attempts: attemptsMax } = config
  return { title: `Land: ${title}`, priority: 0, demand, order, attemptsMax, by, now: clock.now() }
}
