// The ledger: an effect is reserved before it is made, and settled by what was seen of it. Nothing foreign happens in
// here; between two verbs the world is touched, and whoever dies there leaves a reservation that is asked about.

import type {
  Effect,
  EffectCheck,
  EffectHolder,
  EffectParams,
  EffectResult,
} from '../../../model/effect.ts'
import type { Fenced } from '../../../model/refusal.ts'
import type { EffectState } from '../../../model/transitions.ts'

export interface ReserveInput {
  readonly key: string
  readonly kind: string
  readonly paramsHash: string
  readonly params: EffectParams
  readonly check: EffectCheck | null
  readonly holder: EffectHolder
  /** How long the holder may take, ms since the epoch. */
  readonly until: number
  /** Refuse it when the same was performed under another key after this time; null for kinds that may repeat. */
  readonly noTwinSince: number | null
  readonly by: string
  readonly now: number
}

/** `yours`: reserved by this call. Else somebody was there before, and the effect says how far it is. */
export type Reserved = Fenced<{ readonly yours: boolean; readonly effect: Effect }>

export interface EffectVerbs {
  /**
   * absent | failed → reserved by this holder. Answers with the effect as it is where it was reserved, performed or put
   * in doubt before. Refused with `effect.mismatch` for other parameters under the same key, with `effect.twin` for the
   * same effect under another key, and with `attempt.*` for a holder whose attempt is over.
   */
  reserveEffect(input: ReserveInput): Promise<Reserved>
  /**
   * reserved | uncertain → performed, by the holder of that epoch or by who asked the world. The late word of a holder
   * whose effect was called failed counts as long as nobody has reserved it since: it is truth about the world.
   */
  performEffect(input: {
    key: string
    epoch: number
    result: EffectResult
    by: string
    now: number
  }): Promise<Fenced<{ effect: Effect }>>
  /** reserved | uncertain → failed: nothing reached the world. Same fence. */
  failEffect(input: {
    key: string
    epoch: number
    reason: string
    by: string
    now: number
  }): Promise<Fenced<{ effect: Effect }>>
  /** reserved → uncertain. `askAt` is when it is asked about; null when only a person can answer. Same fence. */
  doubtEffect(input: {
    key: string
    epoch: number
    reason: string
    askAt: number | null
    tellPerson: boolean
    now: number
  }): Promise<Fenced<{ effect: Effect }>>
  /** It was asked about and there was no answer. It is asked again at `askAt`; a person may be told meanwhile. */
  effectUnanswered(input: {
    key: string
    epoch: number
    why: string
    askAt: number
    tellPerson: boolean
    now: number
  }): Promise<Fenced<{ effect: Effect }>>
  effect(key: string): Promise<Effect | null>
  effects(filter: {
    states?: readonly EffectState[]
    kind?: string
    /** Only those of this task's attempts. */
    taskId?: number
    /** Only effects with an id below this one: the cursor of the next page. Newest first. */
    before?: number
    limit: number
  }): Promise<readonly Effect[]>
  /**
   * Effects that are reserved, or uncertain and due to be asked about; with whether the holder's attempt is over. Oldest
   * first; `after` is the id of the last one of the page before.
   */
  openEffects(input: {
    now: number
    after?: number
    limit: number
  }): Promise<readonly { readonly effect: Effect; readonly attemptOver: boolean }[]>
  /** Forgets effects of a kind that were performed or failed before a time, at most `limit`. */
  pruneEffects(input: {
    kind: string
    before: number
    limit: number
    now: number
  }): Promise<{ effects: number }>
}
