// Gathers what was refused and writes it seldom: a full host refuses every second, and one row says so.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { type Limits, paceMs } from '../../model/limits.ts'
import type { KeptRefusal, TellRefusal } from '../../model/told-refusal.ts'

export interface RefusalsDeps {
  readonly store: Pick<Store, 'noteRefusals'>
  readonly clock: Clock
  readonly host: string
  readonly limits: () => Limits
  readonly onError: (where: string, error: unknown) => void
}

const leastGatherMs = 30_000
/** Beyond so many different ones the rest is not kept: each is a row. */
const gatheredMost = 500

export interface RefusalKeeper extends Service {
  readonly tell: TellRefusal
}

export function keepRefusals(deps: RefusalsDeps): RefusalKeeper {
  const { store, clock, host, limits, onError } = deps
  let gathered = new Map<string, Omit<KeptRefusal, 'host'>>()
  const tell: TellRefusal = (subject, refusal) => {
    const key = `${subject}\n${refusal.code}`
    const now = clock.now()
    const before = gathered.get(key)
    if (before === undefined && gathered.size >= gatheredMost) return
    const firstAt = before?.firstAt ?? now
    const count = (before?.count ?? 0) + 1
    gathered.set(key, { ...refusal, subject, firstAt, lastAt: now, count })
  }
  async function write(): Promise<void> {
    if (gathered.size === 0) return
    const refusals = [...gathered.values()]
    gathered = new Map()
    try {
      await store.noteRefusals({ host, refusals, now: clock.now() })
    } catch (error) {
      onError('refusals', error)
    }
  }
  const service = startService('refusals', async (signal) => {
    while (!signal.aborted) {
      await clock.sleep(paceMs(leastGatherMs, limits()), signal)
      await write()
    }
  })
  return { ...service, tell }
}
