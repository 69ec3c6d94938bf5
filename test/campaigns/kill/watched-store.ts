// A store that tells when a verb is about to be asked for and when it has been committed, and waits there for whoever
// listens: so that a killer can choose its moment without a line of the product knowing.

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

type Verb = (input: object) => Promise<{ claimed?: readonly Claimed[] }>

/** The store, watched. A claim that took nothing is no moment. */
export function watchedStore(store: Store, reached: (moment: Moment) => Promise<void>): Store {
  const watched = (name: WatchedVerb): Verb => {
    const verb = store[name] as unknown as Verb
    return async (input) => {
      await reached(`before ${name}`)
      const result = await verb.call(store, input)
      if (result.claimed?.length !== 0) await reached(`after ${name}`)
      return result
    }
  }
  return { ...store, ...Object.fromEntries(watchedVerbs.map((name) => [name, watched(name)])) }
}
