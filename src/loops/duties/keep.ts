// Keeps what this host does as the only one: takes duties that are free or over, and renews its own at a third of their
// time. Whoever asks hears a term only while it is surely ours: a host that was asleep or without database has none, and
// what it began under an older term the store refuses.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { DutyVerbs } from '../../drivers/store/contract/duties.ts'
import { type DutyName, type DutyTerm, dutyNames, dutyTtlMs, renewals } from '../../model/duty.ts'

export interface DutiesDeps {
  readonly store: DutyVerbs
  readonly clock: Clock
  readonly host: { readonly name: string; readonly pid: number }
  readonly pollMs: () => number
  readonly onError: (where: string, error: unknown) => void
}

export interface Duties extends Service {
  /** The term under which this host does it now; null while another one does, or nobody knows. */
  mine(duty: DutyName): DutyTerm | null
}

/** Of a duty's time a fifth is never used: it is for the way to the store and back. */
const usedPart = 0.8

/** Starts keeping them. Resolves when the first ones are taken, so that a single host has them from the start. */
export async function startDuties(deps: DutiesDeps): Promise<Duties> {
  const { clock, onError } = deps
  let terms: readonly DutyTerm[] = []
  let sureUntilMs = Number.NEGATIVE_INFINITY
  const look = async (): Promise<void> => {
    const askedMs = clock.monotonicMs()
    const ttlMs = dutyTtlMs(deps.pollMs())
    try {
      terms = await hold(deps, ttlMs)
      sureUntilMs = askedMs + ttlMs * usedPart
    } catch (error) {
      onError('duties', error)
    }
  }
  await look()
  const service = startService('duties', async (signal) => {
    while (!signal.aborted) {
      await clock.sleep(dutyTtlMs(deps.pollMs()) / renewals, signal)
      if (!signal.aborted) await look()
    }
    terms = []
    await layDown(deps).catch(() => {}) // they are over soon by themselves
  })
  return {
    ...service,
    mine: (duty) =>
      clock.monotonicMs() < sureUntilMs ? (terms.find((one) => one.duty === duty) ?? null) : null,
  }
}

function hold({ store, clock, host }: DutiesDeps, ttlMs: number): Promise<readonly DutyTerm[]> {
  const now = clock.now()
  const { name, pid } = host
  return store.holdDuties({ duties: dutyNames, host: name, pid, until: now + ttlMs, now })
}

const layDown = ({ store, clock, host }: DutiesDeps): Promise<unknown> =>
  store.layDownDuties({ host: host.name, pid: host.pid, now: clock.now() })
