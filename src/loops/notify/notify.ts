// Tells people of incidents: one message when one opens, one when it is over. What counts is what was told: a notifier
// that fails is tried again with a growing wait, and nothing is written down as told before it succeeded. No message is
// ever a task.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Notifier } from '../../drivers/notifiers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Incident } from '../../model/incident.ts'
import { messageOf } from './message.ts'

export interface NotifyDeps {
  readonly store: Store
  readonly clock: Clock
  readonly fleet: string
  /** Who is told, all of them; asked anew each time, for the configuration may change. */
  readonly notifiers: () => readonly Notifier[]
  /** Longest time between two looks; asked anew each time. */
  readonly lookEveryMs: () => number
  readonly onError: (where: string, error: unknown) => void
}

const waitsMs = [30_000, 60_000, 300_000, 900_000, 3_600_000]

/** Longer than every notifier may take; a daemon that died while it told is replaced after it. */
const takeMs = 120_000

export function startNotifying(deps: NotifyDeps): Service {
  const reached = new Set<string>()
  return startService('notify', async (signal) => {
    while (!signal.aborted) {
      try {
        await tellDue(deps, reached, signal)
      } catch (error) {
        deps.onError('notify', error)
      }
      await deps.clock.sleep(deps.lookEveryMs(), signal)
    }
  })
}

/**
 * Tells what is due. One message that can't be told does not stop the others, and one that failed for one reader is not
 * repeated to those it has `reached`.
 */
export async function tellDue(
  deps: NotifyDeps,
  reached: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const due = await deps.store.untold({ now: deps.clock.now(), takeMs, limit: 20 })
  for (const { incident, tries } of due) {
    if (signal.aborted) return
    await tellOne(deps, incident, tries, reached, signal)
  }
}

async function tellOne(
  deps: NotifyDeps,
  incident: Incident,
  tries: number,
  reached: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = deps
  const { id, key } = incident
  const message = messageOf(deps.fleet, incident)
  const notifiers = deps.notifiers()
  const mark = (notifier: Notifier) => `${id} ${message.what} ${notifier.name}`
  let failure: { notifier: string; why: string } | null = null
  for (const notifier of notifiers.filter((one) => !reached.has(mark(one))))
    try {
      await notifier.tell(message, signal)
      reached.add(mark(notifier))
    } catch (error) {
      failure ??= { notifier: notifier.name, why: (error as Error).message }
    }
  const now = clock.now()
  if (failure !== null) {
    const waitMs = waitsMs[Math.min(tries, waitsMs.length - 1)] ?? deps.lookEveryMs()
    await store.notTold({ id, key, ...failure, after: now + waitMs, now })
    return
  }
  for (const notifier of notifiers) reached.delete(mark(notifier))
  const names = notifiers.map((one) => one.name).join(', ')
  await store.told({ id, key, what: message.what, notifier: names, now })
}
