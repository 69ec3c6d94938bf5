// Hands new facts to a reader, in order, each once. Logs and the terminal are readers of facts; the code that makes facts
// knows none of them.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Fact } from '../../model/fact.ts'

const pageSize = 500

/** The id of the newest fact, or 0. */
export async function newestFactId(store: Store): Promise<number> {
  const [newest] = await store.facts({ newestFirst: true, limit: 1 })
  return newest?.id ?? 0
}

/** Feeds facts after `afterId`. On stop it hands over what is there and ends. */
export function startFeed(
  deps: { store: Store; clock: Clock },
  afterId: number,
  everyMs: number,
  reader: (fact: Fact) => void,
): Service {
  return startService('feed', async (signal) => {
    let after = afterId
    const drain = async () => {
      for (;;) {
        const page = await nextPage(deps.store, after)
        for (const fact of page) reader(fact)
        after = page.at(-1)?.id ?? after
        if (page.length < pageSize) return
      }
    }
    while (!signal.aborted) {
      await drain()
      await deps.clock.sleep(everyMs, signal)
    }
    await drain()
  })
}

/** Facts after `after`; none while the store is out of reach: they are read at the next look. */
async function nextPage(store: Store, after: number): Promise<readonly Fact[]> {
  try {
    return await store.facts({ after, limit: pageSize })
  } catch (error) {
    if (error instanceof OperatingError) return []
    throw error
  }
}
