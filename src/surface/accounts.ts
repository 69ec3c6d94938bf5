// Accounts as people look at them: who uses which, how its gate stands, who chose it. The command line and the API show
// and choose alike.

import { notFound, usage } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import type { Store } from '../drivers/store/contract.ts'
import { type AccountChoice, accountIn, accountLane } from '../model/account.ts'
import { type Offer, routesOf } from '../model/demand.ts'
import type { Gate } from '../model/gate.ts'

interface Fleet {
  readonly store: Store
  readonly offers: readonly Offer[]
}

export interface AccountLine {
  readonly account: string
  readonly agents: readonly string[]
  readonly gate: Gate
  readonly chosen: readonly AccountChoice[]
}

/** Accounts in the order in which agents name them. */
export async function accountLines({ store, offers }: Fleet, now: number): Promise<AccountLine[]> {
  const [gates, choices] = await Promise.all([store.gates(), store.choices({ now })])
  return [...usersOf(offers)].map(([account, agents]) => {
    const lane = accountLane(account)
    const gate = gates.find((one) => one.lane === lane) ?? { lane, state: 'passing' as const }
    return { account, agents, gate, chosen: choices.filter((one) => one.account === account) }
  })
}

/** The agents that can use an account, or the one that was named. Throws `account.*`. */
export function agentsFor(
  { offers }: Pick<Fleet, 'offers'>,
  account: string,
  named: string | undefined,
): readonly string[] {
  const users = usersOf(offers)
  const agents = users.get(account)
  if (agents === undefined)
    throw notFound(
      'account.unknown',
      `there is no account ${account}${didYouMean(account, [...users.keys()])}`,
      `one of ${[...users.keys()].join(', ') || 'none: no agent drives a client'}`,
    )
  if (named === undefined) return agents
  if (agents.includes(named)) return [named]
  throw usage(
    'account.not_of_agent',
    `agent ${named} does not name the account ${account}${didYouMean(named, agents)}`,
    `it can be chosen for ${agents.join(', ')}; or add it to \`accounts\` of that agent`,
  )
}

/** The choices in force, of one agent or of all. Throws `account.no_agent`. */
export async function choicesOf(
  { store, offers }: Fleet,
  agent: string | undefined,
  now: number,
): Promise<readonly AccountChoice[]> {
  const names = offers.map((offer) => offer.agent)
  if (agent !== undefined && !names.includes(agent))
    throw notFound(
      'account.no_agent',
      `there is no agent ${agent}${didYouMean(agent, names)}`,
      'name an agent of midwatch.yaml',
    )
  return (await store.choices({ now })).filter((one) => agent === undefined || one.agent === agent)
}

function usersOf(offers: readonly Offer[]): Map<string, string[]> {
  const users = new Map<string, string[]>()
  for (const offer of offers)
    for (const { lanes } of routesOf(offer)) {
      const account = accountIn(lanes)
      if (account === null) continue
      const agents = users.get(account) ?? []
      if (!agents.includes(offer.agent)) users.set(account, [...agents, offer.agent])
    }
  return users
}
