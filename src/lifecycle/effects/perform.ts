// Does something to the world once. Reserved first, then made, then recorded; who comes second waits and is given what
// the first one got. The foreign call runs in no transaction: whoever dies within it leaves a reservation, and
// reconcile.ts asks what became of it before anything is made again.

import {
  type Effect,
  type EffectResult,
  isOwn,
  type PerformedEffect,
  type ReservedEffect,
} from '../../model/effect.ts'
import type { Refusal } from '../../model/refusal.ts'
import type { EffectDeps } from './deps.ts'
import { inquiryOf, reconcile } from './reconcile.ts'
import { type EffectWant, reserve } from './reserve.ts'

/** What was seen of the making. */
export type Made =
  | { readonly did: 'performed'; readonly result: EffectResult }
  | {
      readonly did: 'nothing'
      readonly why: string
      readonly retry: 'soon' | 'never'
      readonly afterMs: number | null
    }
  | { readonly did: 'unknown'; readonly why: string }

export type Performed =
  /** `ours`: this very call made it, whoever was asked about it afterwards. */
  | { readonly got: 'performed'; readonly ours: boolean; readonly effect: PerformedEffect }
  | { readonly got: 'failed'; readonly effect: Effect; readonly why: string }
  | { readonly got: 'uncertain'; readonly effect: Effect; readonly why: string }
  /** Somebody else is still at it. */
  | { readonly got: 'busy'; readonly effect: Effect }
  | { readonly got: 'refused'; readonly refusal: Refusal }

export interface PerformLimits {
  /** How long somebody else's making, and the answer to a doubt, is waited for. */
  readonly waitMs: number
  /** How often what did not reach the world is tried, and the waits between. */
  readonly tries: number
}

const lookEveryMs = 100
const retryWaitsMs = [1_000, 5_000, 20_000, 60_000] as const
const recordTries = 20

/** Makes the effect unless it was made; `make` is called for each reservation of ours. */
export async function performOnce(
  deps: EffectDeps,
  want: EffectWant,
  limits: PerformLimits,
  make: (effect: ReservedEffect) => Promise<Made>,
  signal: AbortSignal,
): Promise<Performed> {
  const { clock } = deps
  const deadline = clock.monotonicMs() + limits.waitMs
  for (let tried = 0; ; ) {
    const began = clock.monotonicMs()
    const reserved = await reserve(deps, want)
    if (!reserved.ok) return { got: 'refused', refusal: reserved.refusal }
    const { effect } = reserved
    if (reserved.yours && effect.state === 'reserved') {
      // Nothing is awaited between this look and the making: who slept past its reservation makes nothing.
      const late = clock.now() > effect.until || clock.monotonicMs() - began > want.timeoutMs
      const made = late ? overslept : await make(effect)
      tried += 1
      const recorded = await record(deps, effect, made, want.by, signal)
      const again = made.did === 'nothing' && made.retry === 'soon' && tried < limits.tries
      if (!again || signal.aborted) {
        const ended = endingOf(recorded, true)
        if (ended.got !== 'uncertain') return ended
      } else {
        const wait = made.afterMs ?? retryWaitsMs[Math.min(tried, retryWaitsMs.length) - 1] ?? 0
        await clock.sleep(wait, signal)
        continue
      }
    }
    const known = await settled(deps, want.key, deadline, signal)
    if (known === null || known.state === 'failed') {
      if (tried > 0 && known !== null) return endingOf(known, true)
      continue
    }
    return endingOf(known, tried > 0)
  }
}

const overslept: Made = {
  did: 'nothing',
  why: 'its holder slept past its reservation',
  retry: 'soon',
  afterMs: 0,
}

/** Waits until the effect is performed or failed, or nothing more can be learned in time. Null: it is gone. */
async function settled(
  deps: EffectDeps,
  key: string,
  deadline: number,
  signal: AbortSignal,
): Promise<Effect | null> {
  const { store, clock } = deps
  for (;;) {
    const found = await store.effect(key)
    if (found === null) return null
    const effect =
      deps.apart === true
        ? found
        : await reconcile(deps, found, await attemptOver(deps, found), signal)
    if (effect.state === 'performed' || effect.state === 'failed') return effect
    if (effect.state === 'uncertain' && effect.askAt === null) return effect
    if (signal.aborted || clock.monotonicMs() >= deadline) return effect
    await clock.sleep(lookEveryMs, signal)
  }
}

async function attemptOver({ store }: EffectDeps, { state, holder }: Effect): Promise<boolean> {
  if (state !== 'reserved' || holder.attemptId === null) return false
  const attempt = await store.attempt(holder.attemptId)
  return attempt === null || attempt.state === 'ended'
}

/** Writes down what was seen, with patience: an effect that happened and is not written down is a doubt. */
async function record(
  deps: EffectDeps,
  effect: ReservedEffect,
  made: Made,
  by: string,
  signal: AbortSignal,
): Promise<Effect> {
  for (let tried = 1; ; tried++)
    try {
      return await write(deps, effect, made, by)
    } catch (error) {
      if (tried >= recordTries || signal.aborted) throw error
      await deps.clock.sleep(250 * tried, signal)
    }
}

async function write(
  deps: EffectDeps,
  effect: ReservedEffect,
  made: Made,
  by: string,
): Promise<Effect> {
  const { store, clock } = deps
  const { key, epoch } = effect
  const now = clock.now()
  if (made.did === 'performed') {
    const told = await store.performEffect({ key, epoch, result: made.result, by, now })
    return told.ok ? told.effect : effect
  }
  if (made.did === 'nothing') {
    const told = await store.failEffect({ key, epoch, reason: made.why, by, now })
    return told.ok ? told.effect : effect
  }
  const inquiry = inquiryOf(deps, effect)
  const askAt = inquiry === null ? null : now + inquiry.settleMs
  const told = await store.doubtEffect({
    key,
    epoch,
    reason: made.why,
    askAt,
    tellPerson: askAt === null && !isOwn(key),
    now,
  })
  return told.ok ? told.effect : effect
}

function endingOf(effect: Effect, ours: boolean): Performed {
  switch (effect.state) {
    case 'performed':
      return { got: 'performed', ours, effect }
    case 'failed':
      return { got: 'failed', effect, why: effect.reason }
    case 'uncertain':
      return { got: 'uncertain', effect, why: effect.reason }
    case 'reserved':
      return { got: 'busy', effect }
  }
}
