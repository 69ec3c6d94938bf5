// The simulated world: machines, one store, the providers behind the clients, and what people want. It holds the state
// that faults change and programs feel. Nothing in it decides for the house; the house decides by itself.

import type { Store } from '../src/drivers/store/contract.ts'
import type { Chance } from './chance.ts'
import type { Time } from './clock.ts'
import type { ConfigFile } from './config.ts'
import type { Machine } from './machine.ts'
import type { PlannedTask } from './planned.ts'
import type { Truth } from './truth.ts'

/** What ails the services behind the clients just now, for everybody. */
export interface Services {
  overloaded: boolean
  creditGone: boolean
  tokenExpired: boolean
  /** Quota of the account: null while there is some; else when it resets, or `unstated`. */
  quota: { readonly resetAtMs: number; readonly stated: boolean } | null
  modelGone: boolean
  /** The client was upgraded and no longer knows a flag that it is given. */
  flagsGone: boolean
  /** It no longer knows one that it need not be given. */
  nameGone: boolean
  /** Errors come in words that nobody has seen before. */
  newWords: boolean
  toolsDenied: boolean
  sessionClash: boolean
  /** Models begin to work and then say nothing more. */
  silent: boolean
  /** No message to a person is delivered. */
  deafPeople: boolean
  /** The client's build, counted; it changes when it is upgraded under us. */
  clientVersion: number
}

export const wellServed = (): Services => ({
  overloaded: false,
  creditGone: false,
  tokenExpired: false,
  quota: null,
  modelGone: false,
  flagsGone: false,
  nameGone: false,
  newWords: false,
  toolsDenied: false,
  sessionClash: false,
  silent: false,
  deafPeople: false,
  clientVersion: 328,
})

export interface World {
  readonly seed: string
  readonly time: Time
  readonly chance: Chance
  readonly machines: readonly Machine[]
  readonly store: Store
  readonly config: ConfigFile
  readonly services: Services
  readonly truth: Truth
  readonly wants: ReadonlyMap<string, PlannedTask>
  /** Task ids by reference, once they are enqueued. */
  readonly taskIds: Map<string, number>
  /** Wakes the daemons that watch the store, as a notification would; those of one host, where it concerns no other. */
  readonly poke: (host?: string) => void
}
