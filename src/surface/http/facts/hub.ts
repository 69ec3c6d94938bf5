// One reader of the journal for everybody who watches: each fact is read once, worded once, and handed to every listener.
// It also counts what moved, minute by minute, for the page's curves and for metrics, and looks at the mechanisms.

import type { Clock } from '../../../base/clock.ts'
import { OperatingError } from '../../../base/errors.ts'
import { type Service, startService } from '../../../base/service.ts'
import type { Store } from '../../../drivers/store/contract.ts'
import type { Fact } from '../../../model/fact.ts'
import type { MechanismState } from '../../../model/mechanism.ts'
import { createLooks, lookEveryMs, type Looks } from './looks.ts'
import { createTally, type Tally } from './tally.ts'

export type Listener = (facts: readonly Fact[]) => void

export interface FactHub extends Service {
  /** The newest fact that every listener has been told. */
  readonly newest: () => number
  readonly tally: Tally
  readonly looks: Looks
  readonly listeners: () => number
  listen(listener: Listener): () => void
}

const pageSize = 500
const everyMs = 50
/** Facts counted at the start, so that its curves do not begin with nothing. */
const lookback = 20_000

/** Starts reading after the newest fact there is. */
export async function startHub(deps: { store: Store; clock: Clock }): Promise<FactHub> {
  const { store, clock } = deps
  const tally = createTally()
  const past = await store.facts({ newestFirst: true, limit: lookback })
  for (const fact of past.toReversed()) tally.add(fact)
  let newest = past[0]?.id ?? 0
  const listeners = new Set<Listener>()
  let wake = () => {}
  const unwatch = store.watch(() => wake())
  const service = startService('fact hub', async (signal) => {
    while (!signal.aborted) {
      const page = await nextPage(store, newest)
      newest = page.at(-1)?.id ?? newest
      for (const fact of page) tally.add(fact)
      if (page.length > 0) for (const listener of listeners) listener(page)
      if (page.length === pageSize) continue
      const nap = new AbortController()
      wake = () => nap.abort()
      await clock.sleep(
        listeners.size > 0 ? everyMs : everyMs * 10,
        AbortSignal.any([signal, nap.signal]),
      )
    }
    unwatch()
  })
  const looks = createLooks()
  const looking = startService('looks at mechanisms', async (signal) => {
    while (!signal.aborted) {
      looks.keep(await mechanismsNow(store), clock.now())
      await clock.sleep(lookEveryMs, signal)
    }
  })
  return {
    ...service,
    async stop() {
      await Promise.all([looking.stop(), service.stop()])
    },
    looks,
    newest: () => newest,
    tally,
    listeners: () => listeners.size,
    listen(listener) {
      listeners.add(listener)
      wake()
      return () => listeners.delete(listener)
    },
  }
}

/** Null while the store is out of reach: nothing is drawn of that minute. */
async function mechanismsNow(store: Store): Promise<readonly MechanismState[] | null> {
  try {
    return await store.mechanisms()
  } catch (error) {
    if (error instanceof OperatingError) return null
    throw error
  }
}

/** None while the store is out of reach: they are read at the next look. */
async function nextPage(store: Store, after: number): Promise<readonly Fact[]> {
  try {
    return await store.facts({ after, limit: pageSize })
  } catch (error) {
    if (error instanceof OperatingError) return []
    throw error
  }
}
