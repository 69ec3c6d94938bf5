// Tells people of incidents: one message when one opens, one when it is over. What counts is what was told: nothing is
// written down as told before it succeeded (incident 48), and what failed is tried again with a growing wait. Each message
// goes through the ledger of effects, so that a daemon that dies while it tells does not tell twice. No message is ever
// a task.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { QuietHours } from '../../model/channels.ts'
import { type Incident, severityOf } from '../../model/incident.ts'
import { cutShort, type Firing, type TellFiring } from '../../model/mechanism.ts'
import { quietUntil } from '../../model/quiet.ts'
import type { Notifier } from '../../drivers/notifiers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { EffectDeps } from '../../lifecycle/effects/deps.ts'
import { messageOf } from './message.ts'
import { type Way, waysFor } from './route.ts'
import { tellPeople, type Told } from './tell.ts'

export interface NotifyDeps {
  readonly store: Store
  readonly clock: Clock
  readonly fleet: string
  /** Who is told of everything at once, besides people: the log. Asked anew each time. */
  readonly notifiers: () => readonly Notifier[]
  /** Through which channels people are told, in their order; absent for none. Asked anew each time. */
  readonly ways?: () => readonly Way[]
  /** Hours in which only what is urgent is told. */
  readonly quiet?: () => QuietHours | null
  /** What messages are sent with, where there are ways. */
  readonly effects?: EffectDeps
  /** Longest time between two looks; asked anew each time. */
  readonly lookEveryMs: () => number
  readonly onError: (where: string, error: unknown) => void
  readonly beat?: () => void
  readonly fired?: TellFiring
}

const waitsMs = [30_000, 60_000, 300_000, 900_000, 3_600_000]

/** Longer than every notifier may take; a daemon that died while it told is replaced after it. */
const takeMs = 120_000

export function startNotifying(deps: NotifyDeps): Service {
  const reached = new Set<string>()
  const failing: Failing = new Map()
  return startService('notify', async (signal) => {
    while (!signal.aborted) {
      deps.beat?.()
      try {
        const went = await tellDue(deps, reached, signal)
        deps.fired?.(firingOf(went, failing, deps.clock.monotonicMs()))
      } catch (error) {
        deps.onError('notify', error)
        deps.fired?.(cutShort('notify', error))
      }
      await deps.clock.sleep(deps.lookEveryMs(), signal)
    }
  })
}

/** What became of the messages that were due at one look. */
export interface Went {
  readonly id: number
  /** Why it did not go; null when it went. */
  readonly why: string | null
}

/** Messages that did not go yet, with the monotonic time of the last try. */
type Failing = Map<number, number>

/** Between two tries a message is still to be told; one that nobody tries any more was told by somebody else. */
function firingOf(went: readonly Went[], failing: Failing, nowMs: number): Firing {
  for (const { id, why } of went)
    if (why === null) failing.delete(id)
    else failing.set(id, nowMs)
  const longestMs = Math.max(...waitsMs) + takeMs
  for (const [id, triedMs] of failing) if (nowMs - triedMs > longestMs) failing.delete(id)
  const moved = went.filter(({ why }) => why === null).length
  const note = went.find(({ why }) => why !== null)?.why ?? null
  return { name: 'notify', had: moved + failing.size, moved, note }
}

/**
 * Tells what is due, and answers what became of it. One message that can't be told does not stop the others, and one that
 * failed for one reader is not repeated to those it has `reached`.
 */
export async function tellDue(
  deps: NotifyDeps,
  reached: Set<string>,
  signal: AbortSignal,
): Promise<readonly Went[]> {
  const due = await deps.store.untold({ now: deps.clock.now(), takeMs, limit: 20 })
  const went: Went[] = []
  for (const { incident, tries } of due) {
    if (signal.aborted) break
    deps.beat?.()
    try {
      const why = await tellOne(deps, incident, tries, reached, signal)
      if (why !== 'later') went.push({ id: incident.id, why })
    } catch (error) {
      deps.onError('notify', error)
      went.push({ id: incident.id, why: String((error as Error)?.message ?? error) })
    }
  }
  return went
}

/** Null when it is told, `later` when its time has not come, else why it did not go. */
async function tellOne(
  deps: NotifyDeps,
  incident: Incident,
  tries: number,
  reached: Set<string>,
  signal: AbortSignal,
): Promise<string | null> {
  const { store, clock } = deps
  const { id, key } = incident
  const until = silenceOf(deps, incident)
  if (until !== null) {
    await store.tellLater({ id, after: until, now: clock.now() })
    return 'later'
  }
  const message = messageOf(deps.fleet, incident)
  const notifiers = deps.notifiers()
  const mark = (notifier: Notifier) => `${id} ${message.what} ${notifier.name}`
  let told: Told = { told: 'yes', by: '' }
  for (const notifier of notifiers.filter((one) => !reached.has(mark(one))))
    try {
      await notifier.tell(message, signal)
      reached.add(mark(notifier))
    } catch (error) {
      told = { told: 'no', notifier: notifier.name, why: (error as Error).message }
    }
  const ways = waysFor(deps.ways?.() ?? [], severityOf(incident))
  if (ways.length > 0 && deps.effects !== undefined) {
    const people = await tellPeople(deps.effects, id, message, ways, signal)
    if (told.told === 'yes') told = people
  }
  const now = clock.now()
  if (told.told === 'later') {
    await store.tellLater({ id, after: told.after, now })
    return 'later'
  }
  if (told.told === 'no') {
    const { notifier, why } = told
    const waitMs = waitsMs[Math.min(tries, waitsMs.length - 1)] ?? deps.lookEveryMs()
    await store.notTold({ id, key, notifier, why, after: now + waitMs, now })
    return `${notifier}: ${why}`
  }
  for (const notifier of notifiers) reached.delete(mark(notifier))
  const names = [...notifiers.map((one) => one.name), told.by].filter((name) => name !== '')
  await store.told({ id, key, what: message.what, notifier: names.join(', '), now })
  return null
}

/** Until when it is not told. Only what waits for a person breaks the quiet, and its end does not. */
function silenceOf({ quiet, clock }: NotifyDeps, incident: Incident): number | null {
  const isUrgent = incident.resolvedAt === null && severityOf(incident) === 'urgent'
  return isUrgent ? null : quietUntil(quiet?.() ?? null, clock.now())
}
