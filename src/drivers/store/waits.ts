// How long the callers of a store have been waiting for it. A process that waits for its store is not hung, and whoever
// judges it from outside must be able to tell the two apart.

import type { Clock } from '../../base/clock.ts'
import type { Store } from './contract.ts'

export interface WaitedStore {
  readonly store: Store
  /** Since when the oldest unanswered call waits, in ms; 0 while none does. */
  readonly waitingMs: () => number
}

type Verb = (...args: unknown[]) => unknown

/** The same store, with its waits known. */
export function knowWaits(store: Store, clock: Pick<Clock, 'monotonicMs'>): WaitedStore {
  const waiting = new Map<object, number>()
  const wrap =
    (verb: Verb): Verb =>
    (...args) => {
      const answer = verb(...args)
      if (!(answer instanceof Promise)) return answer
      const call = {}
      waiting.set(call, clock.monotonicMs())
      const over = () => void waiting.delete(call)
      answer.then(over, over)
      return answer
    }
  const verbs = Object.entries(store).map(([name, value]) => [
    name,
    typeof value === 'function' ? wrap(value.bind(store) as Verb) : value,
  ])
  return {
    store: Object.fromEntries(verbs) as Store,
    waitingMs: () => {
      const [oldest] = waiting.values()
      return oldest === undefined ? 0 : clock.monotonicMs() - oldest
    },
  }
}
