// The clients of a configuration: which agents drive one, with which accounts, which lanes stand on its build, and what a
// free test of such a lane says.

import type { AgentAdapter, Builds, Probed } from './drivers/agents/contract.ts'
import type { Credentialed, Credentials } from './drivers/credentials/contract.ts'
import type { Host } from './drivers/hosts/contract.ts'
import { launchingOf } from './confinement.ts'
import { adapterNamed, offersOf, settingsFor, settingsOf } from './fleet.ts'
import type { WatchedClient } from './loops/builds/watch.ts'
import type { SelfTestSaid } from './loops/dispatch/gates.ts'
import { accountIn, accountLane } from './model/account.ts'
import type { FleetConfig } from './model/config.ts'
import { routesOf } from './model/demand.ts'
import { agentLane, cliLane } from './model/gate.ts'

/** Every configured agent with its adapter. */
export function probedAgents(adapters: readonly AgentAdapter[], config: FleetConfig): Probed[] {
  return config.agents.map((agent) => {
    return { adapter: adapterNamed(adapters, agent.adapter), settings: settingsOf(agent) }
  })
}

/** The configured agents that drive a client. */
export function clientsOf(
  adapters: readonly AgentAdapter[],
  config: FleetConfig,
): readonly WatchedClient[] {
  // The builds of an image are not on this host: nothing can be asked of them here.
  const here = new Set(
    config.agents
      .filter((agent) => launchingOf(agent, config).kind !== 'container')
      .map(({ name }) => name),
  )
  return probedAgents(adapters, config).flatMap((agent) => {
    if (!here.has(agent.settings.name)) return []
    const { client } = agent.adapter
    if (client === undefined) return []
    return [
      { agent, cli: client.cli, lanes: [cliLane(client.cli), agentLane(agent.settings.name)] },
    ]
  })
}

/** An account as one agent uses it. */
export interface UsedAccount extends Credentialed {
  readonly lane: string
  readonly agent: string
  /** A shell command of a person's that tests it for free. */
  readonly test: string | null
}

const usedIn = new WeakMap<FleetConfig, readonly UsedAccount[]>()

/** Every account as its agents use it; every round asks for it, so it is found out once for each configuration. */
export function accountsUsed(
  adapters: readonly AgentAdapter[],
  config: FleetConfig,
): readonly UsedAccount[] {
  const known = usedIn.get(config)
  if (known !== undefined) return known
  const found = findAccounts(adapters, config)
  usedIn.set(config, found)
  return found
}

function findAccounts(
  adapters: readonly AgentAdapter[],
  config: FleetConfig,
): readonly UsedAccount[] {
  const offers = offersOf(adapters, config)
  return config.agents.flatMap((agent, i) => {
    const adapter = adapterNamed(adapters, agent.adapter)
    const { client } = adapter
    const routes = routesOf(offers[i] ?? {})
    if (client === undefined) return []
    return [...new Map(routes.map((route) => [accountIn(route.lanes), route])).values()].map(
      ({ lanes }) => {
        const name = accountIn(lanes)
        const account = config.accounts?.find((one) => one.name === name)
        const settings = settingsFor(agent, adapter, config, lanes)
        const lane = accountLane(name ?? '')
        const declared = account !== undefined
        return { client, settings, declared, lane, agent: agent.name, test: account?.test ?? null }
      },
    )
  })
}

/** Accounts that the configuration describes are looked at while they pass, too: a failover goes into none that is dead. */
export const testedLanes = (
  adapters: readonly AgentAdapter[],
  config: FleetConfig,
): readonly string[] => [
  ...new Set(
    accountsUsed(adapters, config)
      .filter(({ declared }) => declared)
      .map(({ lane }) => lane),
  ),
]

const testWithinMs = 30_000

interface SelfTestParts {
  readonly builds: Builds
  readonly credentials: Credentials | null
  readonly host: Host
  /** Whether a person's own test is run, too: it may ask a service. */
  readonly thorough?: boolean
}

/**
 * The free test of a lane. Of a client's or an agent's: program, version, required flags. Of an account's: its files, its
 * login, and the test that a person wrote for it. A failed one saves an attempt. What found nothing wrong says `none`, for
 * it cannot tell whether what shut the lane is mended: a build that lists a flag and refuses it would pass for ever.
 */
export async function selfTestOf(
  lane: string,
  adapters: readonly AgentAdapter[],
  config: FleetConfig,
  { builds, credentials, host, thorough = true }: SelfTestParts,
): Promise<SelfTestSaid> {
  const used = accountsUsed(adapters, config).filter((one) => one.lane === lane)
  if (used.length > 0 && credentials !== null)
    return await testAccount(used, credentials, host, thorough)
  const concerned = clientsOf(adapters, config).filter(({ lanes }) => lanes.includes(lane))
  const tests = await Promise.all(concerned.map(({ agent }) => builds.selfTest(agent)))
  const failed = tests.filter(({ passed }) => !passed)
  if (tests.length === 0 || failed.length < tests.length) return nothingWrong
  return { said: 'failed', evidence: failed[0]?.evidence ?? '', print: null }
}

const nothingWrong: SelfTestSaid = { said: 'none', evidence: 'nothing was wrong', print: null }

/** As the first agent that names it uses it: an account is one credential. */
async function testAccount(
  [used]: readonly UsedAccount[],
  credentials: Credentials,
  host: Host,
  thorough: boolean,
): Promise<SelfTestSaid> {
  if (used === undefined) return nothingWrong
  const { trouble, print } = await credentials.look(used)
  if (trouble !== null && used.declared) return { said: 'failed', evidence: trouble, print }
  if (used.test === null || !thorough) return { ...nothingWrong, print }
  const env = {
    ...host.baseEnv,
    ...used.settings.env,
    ...(await credentials.fromFiles(used.settings)),
  }
  const ran = await host.runShell(used.test, '/', env, testWithinMs, new AbortController().signal)
  if (!ran.ran) return { ...nothingWrong, evidence: `its test did not run: ${ran.why}`, print }
  if (ran.exitCode === 0) return { said: 'passed', evidence: 'its own test passed', print }
  if (ran.exitCode === 1)
    return { said: 'failed', evidence: 'its own test says that it does not work', print }
  const how = ran.signal ?? `exit code ${ran.exitCode}`
  return { ...nothingWrong, evidence: `its own test could not tell (${how})`, print }
}
