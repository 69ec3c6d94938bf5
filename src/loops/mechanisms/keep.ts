// Keeps what the mechanisms of this host tell: gathers their firings and writes them together, seldom, so that a
// mechanism that fires every second costs no commit a second. What was gathered when this host dies is forgotten, and
// told again by the next firing.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { type Firing, type TellFiring, timesHadIn } from '../../model/mechanism.ts'

export interface MechanismsDeps {
  readonly store: Pick<Store, 'reportMechanism'>
  readonly clock: Clock
  readonly host: string
  /** How long firings are gathered; asked anew each time. */
  readonly gatherMs: () => number
  readonly onError: (where: string, error: unknown) => void
}

/** Who has just begun is seen soon. */
const firstMs = 1_000

export interface MechanismKeeper extends Service {
  /** Tells of one firing. Never waits and never throws. */
  readonly tell: TellFiring
}

export function keepMechanisms(deps: MechanismsDeps): MechanismKeeper {
  const { store, clock, host } = deps
  let gathered = new Map<string, Firing>()
  const tell: TellFiring = (firing) => {
    gathered.set(firing.name, joined(gathered.get(firing.name), firing))
  }
  async function write(): Promise<void> {
    if (gathered.size === 0) return
    const firings = [...gathered.values()]
    gathered = new Map()
    try {
      await store.reportMechanism({ host, firings, now: clock.now() })
    } catch (error) {
      deps.onError('mechanisms', error)
    }
  }
  const service = startService('mechanisms', async (signal) => {
    await clock.sleep(Math.min(firstMs, deps.gatherMs()), signal)
    await write()
    while (!signal.aborted) {
      await clock.sleep(deps.gatherMs(), signal)
      await write()
    }
  })
  return { ...service, tell }
}

/** Two firings as one: what there is to do is the newer's; what moved, and how often there was something, is both's. */
function joined(before: Firing | undefined, newer: Firing): Firing {
  const { times = 1 } = newer
  const timesHad = timesHadIn(newer)
  if (before === undefined) return { ...newer, times, timesHad }
  return {
    ...newer,
    moved: before.moved + newer.moved,
    times: (before.times ?? 1) + times,
    timesHad: timesHadIn(before) + timesHad,
  }
}
