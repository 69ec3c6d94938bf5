// What a session may wish for itself when it reaches no database: its word, its progress, a question, locks and work keys. Read
// and granted here alike for the daemon's socket and for the outbox; the store's fences do the rest.

import type { Clock } from '../../base/clock.ts'
import type { LockState, WorkKey } from '../../model/lock.ts'
import { type Fenced, refusal } from '../../model/refusal.ts'
import type { Store } from '../../drivers/store/contract.ts'

export type Wish =
  | { readonly verb: 'say'; readonly word: 'done' | 'fail'; readonly text: string }
  | { readonly verb: 'progress' | 'ask'; readonly text: string }
  | HoldingWish

/** About what it holds. Names are judged by whoever asks; the store takes any. */
export type HoldingWish =
  | { readonly verb: 'acquire'; readonly name: string; readonly ttlMs: number }
  | {
      readonly verb: 'renew'
      readonly name: string
      readonly epoch: number
      readonly ttlMs: number
    }
  | { readonly verb: 'release'; readonly name: string; readonly epoch: number }
  | { readonly verb: 'claim'; readonly name: string; readonly ttlMs: number }
  | {
      readonly verb: 'complete'
      readonly name: string
      /** Null for good. */
      readonly ttlMs: number | null
      readonly text: string
    }
  | { readonly verb: 'abandon'; readonly name: string }

export type Granted = Fenced<{
  readonly settled?: boolean
  readonly lock?: LockState
  readonly work?: WorkKey
  readonly released?: boolean
}>

/** Whether it is of use without an answer, so that a letter can carry it. */
export const needsNoAnswer = ({ verb }: Wish): boolean =>
  verb !== 'acquire' && verb !== 'renew' && verb !== 'claim'

/** What was wished; null for what no session may wish. */
export function readWish(value: unknown): Wish | null {
  if (typeof value !== 'object' || value === null) return null
  const { verb, word, text } = value as Record<string, unknown>
  if (typeof text === 'string') {
    if (verb === 'progress' || verb === 'ask') return { verb, text }
    if (verb === 'say' && (word === 'done' || word === 'fail')) return { verb, word, text }
  }
  return readHolding(value as Record<string, unknown>)
}

function readHolding({ verb, name, ttlMs, epoch, text }: Record<string, unknown>): Wish | null {
  if (typeof name !== 'string' || name === '') return null
  const ttl = isCount(ttlMs) ? ttlMs : null
  if (verb === 'acquire' || verb === 'claim')
    return ttl === null ? null : { verb, name, ttlMs: ttl }
  if (verb === 'renew')
    return ttl === null || !isCount(epoch) ? null : { verb, name, epoch, ttlMs: ttl }
  if (verb === 'release') return isCount(epoch) ? { verb, name, epoch } : null
  if (verb === 'abandon') return { verb, name }
  if (verb !== 'complete' || typeof text !== 'string') return null
  return { verb, name, ttlMs: ttl, text }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0

/** Does what an attempt wishes. */
export async function grant(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  attemptId: number,
  wish: Wish,
): Promise<Granted> {
  const now = clock.now()
  const holder = `attempt ${attemptId}`
  switch (wish.verb) {
    case 'progress':
      return await store.note({ attemptId, bodies: [], progress: wish.text, now })
    case 'ask':
      return await store.ask({ attemptId, question: wish.text, now })
    case 'say':
      return await store.say({ attemptId, word: wish.word, text: wish.text, now })
    case 'acquire':
      return await store.acquireLock({
        name: wish.name,
        holder,
        attemptId,
        until: now + wish.ttlMs,
        now,
      })
    case 'renew':
      return await store.renewLock({
        name: wish.name,
        epoch: wish.epoch,
        session: attemptId,
        until: now + wish.ttlMs,
        now,
      })
    case 'release':
      return await store.releaseLock({
        name: wish.name,
        epoch: wish.epoch,
        session: attemptId,
        by: holder,
        now,
      })
    case 'abandon':
      return await store.abandonWork({ key: wish.name, holder, now })
    case 'complete': {
      const until = wish.ttlMs === null ? null : now + wish.ttlMs
      return await store.completeWork({ key: wish.name, holder, note: wish.text, until, now })
    }
    case 'claim': {
      const attempt = await store.attempt(attemptId)
      if (attempt === null || attempt.state === 'ended') return { ok: false, refusal: isOver }
      const { taskId } = attempt
      const until = now + wish.ttlMs
      return await store.claimWork({ key: wish.name, holder, attemptId, taskId, until, now })
    }
  }
}

const isOver = refusal('attempt.ended', 'this attempt has ended', 'a newer attempt may claim it')
