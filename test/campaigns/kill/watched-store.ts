// A store that tells when a verb is about to be asked for and when it has been committed, and waits there for whoever
// listens: so that a killer can choose its moment without a line of the product knowing. A confirmation is asked for
// beside its launch and mostly shares its commit: before it is a moment of its own only once that launch is committed.

import type { Store } from '../../../src/drivers/store/contract.ts'
import type { Claimed } from '../../../src/drivers/store/contract/shapes.ts'

/** The verbs that move an attempt from one state to the next. */
export const watchedVerbs = [
  'claim',
  'launched',
  'confirm',
  'note',
  'end',
  'settle',
  'giveBack',
] as const
export type WatchedVerb = (typeof watchedVerbs)[number]
export type Moment = `${'before' | 'after'} ${WatchedVerb}`

/** Called at each moment; `whole` resolves once it is wholly there, which only who stays there waits for. */
export type Reached = (moment: Moment, whole?: Promise<unknown>) => Promise<void>

type Verb = (input: { attemptId?: number }) => Promise<{ claimed?: readonly Claimed[] }>

/** The store, watched. A claim that took nothing is no moment, nor is the confirmation of what another daemon launched. */
export function watchedStore(store: Store, reached: Reached): Store {
  const launches = new Map<number, Promise<unknown>>()
  const watched = (name: WatchedVerb): Verb => {
    const verb = store[name] as unknown as Verb
    return async (input) => {
      const id = input.attemptId ?? 0
      const launch = launches.get(id)
      if (name !== 'confirm') await reached(`before ${name}`)
      else if (launch !== undefined) await reached('before confirm', launch)
      const asked = verb.call(store, input)
      if (name === 'launched') launches.set(id, asked)
      const result = await asked
      if (result.claimed?.length !== 0) await reached(`after ${name}`)
      return result
    }
  }
  return { ...store, ...Object.fromEntries(watchedVerbs.map((name) => [name, watched(name)])) }
}
