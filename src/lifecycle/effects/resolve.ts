// A person says what became of an effect that nobody can be asked about. What somebody is still making is that one's to
// say; a holder that cannot be seen from here is gone only when the person says that, too.

import type { Effect, EffectHolder } from '../../model/effect.ts'
import { type Fenced, refusal } from '../../model/refusal.ts'
import type { EffectDeps } from './deps.ts'
import { reconcile } from './reconcile.ts'

export interface Answer {
  readonly key: string
  readonly said: 'performed' | 'failed'
  /** How they know. */
  readonly reason: string
  /** Its holder, which cannot be seen from here, will not come back. */
  readonly gone: boolean
  readonly by: string
}

/** Refused with `effect.missing`, `effect.settled` and what the ledger's fences say. */
export async function resolveEffect(
  deps: EffectDeps,
  { key, said, reason, gone, by }: Answer,
  signal: AbortSignal,
): Promise<Fenced<{ effect: Effect }>> {
  const { store, clock } = deps
  const doubted = await inDoubt(deps, key, gone, signal)
  if (!doubted.ok) return doubted
  const { epoch } = doubted.effect
  const now = clock.now()
  if (said === 'failed') return await store.failEffect({ key, epoch, reason, by, now })
  const result = { output: '', errors: '', truncated: false, receipt: reason }
  return await store.performEffect({ key, epoch, result, by, now })
}

async function inDoubt(
  deps: EffectDeps,
  key: string,
  gone: boolean,
  signal: AbortSignal,
): Promise<Fenced<{ effect: Effect }>> {
  const { store, clock } = deps
  const found = await store.effect(key)
  if (found === null) {
    const refused = refusal(
      'effect.missing',
      `there is no effect ${key}`,
      '`midwatch effect list` shows them',
    )
    return { ok: false, refusal: refused }
  }
  const { attemptId } = found.holder
  const attempt = attemptId === null ? null : await store.attempt(attemptId)
  const attemptOver = attemptId !== null && (attempt === null || attempt.state === 'ended')
  const effect = await reconcile(deps, found, attemptOver, signal)
  if (effect.state === 'uncertain') return { ok: true, effect }
  if (effect.state === 'reserved' && gone && isElsewhere(deps, effect.holder))
    return await store.doubtEffect({
      key,
      epoch: effect.epoch,
      reason: 'its holder is gone, says a person',
      askAt: null,
      tellPerson: false,
      now: clock.now(),
    })
  return { ok: false, refusal: settledOrHeld(effect) }
}

const settledOrHeld = ({ key, state, holder }: Effect) =>
  state === 'reserved'
    ? refusal(
        'effect.settled',
        `${key} is being made by ${holderText(holder)}, which lives as far as can be seen`,
        'wait for it, or stop it first; `midwatch effect resolve --gone` says that its holder on another host is gone for good',
      )
    : refusal(
        'effect.settled',
        `${key} is ${state} already`,
        '`midwatch effect show` tells how it came to that',
      )

const isElsewhere = ({ holders }: EffectDeps, { process }: EffectHolder): boolean =>
  process === null || holders.standing(process) === 'elsewhere'

/** Who holds it, in words. */
export const holderText = ({ attemptId, process }: EffectHolder): string =>
  [
    ...(attemptId === null ? [] : [`attempt ${attemptId}`]),
    ...(process === null ? [] : [`process ${process.pid} on ${process.host}`]),
  ].join(', ')
