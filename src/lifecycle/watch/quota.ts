// Passes on what a session's client tells of its account's quota: the newest word on each period, at once when it is news,
// and else once a minute, so that a talkative client costs no more than a silent one.

import type { Clock } from '../../base/clock.ts'
import type { Noticed } from '../../drivers/agents/contract.ts'
import { accountIn } from '../../model/account.ts'
import type { Attempt } from '../../model/attempt.ts'
import { isNews, type QuotaWord } from '../../model/quota.ts'
import type { Spool } from './spool.ts'

const againMs = 60_000

/** Answers the function that is handed what was noticed. A client without account tells of nobody's quota. */
export function quotaTaker(
  { store, clock }: { readonly store: Pick<Spool, 'seeQuota'>; readonly clock: Clock },
  { id, lanes }: Pick<Attempt, 'id' | 'lanes'>,
): (noticed: readonly Noticed[]) => Promise<void> {
  const account = accountIn(lanes)
  const told = new Map<string, { readonly word: QuotaWord; readonly atMs: number }>()
  return async (noticed) => {
    if (account === null) return
    const newest = new Map<string, QuotaWord>()
    for (const one of noticed)
      if (one.kind === 'quota') for (const word of one.words) newest.set(word.period, word)
    const nowMs = clock.monotonicMs()
    const words = [...newest.values()].filter((word) => {
      const last = told.get(word.period)
      return isNews(last?.word, word) || nowMs - (last?.atMs ?? 0) >= againMs
    })
    if (words.length === 0) return
    await store.seeQuota({ account, attemptId: id, words, now: clock.now() })
    for (const word of words) told.set(word.period, { word, atMs: nowMs })
  }
}
