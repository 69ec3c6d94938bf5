// Accounts, and the routes by which an agent reaches a model: which credential, which model, and the lanes of both. An agent
// that names several takes the first whose gates pass. No secret stands here: only where one is found.

import { laneKind } from './lane-rules.ts'

export interface AccountConfig {
  readonly name: string
  /** The service it is an account of; the client's own where null. */
  readonly provider: string | null
  /** The client's own folder for this account: its login lies there. Null for the one it has by itself. */
  readonly home: string | null
  /** Environment of its sessions; references to variables are resolved when the configuration is read. */
  readonly env: Readonly<Record<string, string>>
  /** Variables whose values lie in files, read anew at every start. */
  readonly envFiles: Readonly<Record<string, string>>
  /** A shell command that tells for free whether the account works: exit 0 says yes. */
  readonly test: string | null
}

/** One way for an agent to make an attempt. */
export interface Route {
  /** Null where the client uses whatever it finds. */
  readonly account: string | null
  /** Null for the client's own choice. */
  readonly model: string | null
  /** Lanes of the client that an attempt on this route passes. */
  readonly lanes: readonly string[]
}

/** What a person chose for an agent: no other account is taken until then. */
export interface AccountChoice {
  readonly agent: string
  readonly account: string
  readonly by: string
  readonly reason: string
  readonly since: number
  readonly until: number
}

export const accountLane = (account: string): string => `account:${account}`
/** Only an agent with fallback models has one for each of its models. */
export const modelLane = (agent: string, model: string): string => `model:${agent}/${model}`

/** The account an attempt was claimed for, by its lanes. */
export const accountIn = (lanes: readonly string[]): string | null =>
  tailOf(
    lanes.find((lane) => laneKind(lane) === 'account'),
    'account:',
  )

/** The model an attempt was claimed for, where its agent has several. */
export const modelIn = (agent: string, lanes: readonly string[]): string | null =>
  tailOf(
    lanes.find((lane) => laneKind(lane) === 'model'),
    `model:${agent}/`,
  )

const tailOf = (lane: string | undefined, head: string): string | null =>
  lane?.startsWith(head) ? lane.slice(head.length) : null

/** The routes that a person's choice leaves; all of them where nobody chose, or what was chosen is no longer there. */
export function routesLeft(
  agent: string,
  routes: readonly Route[],
  choices: readonly AccountChoice[],
): readonly Route[] {
  const chosen = choices.find((one) => one.agent === agent)
  const left = routes.filter(({ account }) => account === chosen?.account)
  return chosen === undefined || left.length === 0 ? routes : left
}
