// What a session may ask through the daemon's socket: its word, its progress, a question, locks and work keys, and effects
// (ledger.ts). It proves itself by its token and acts on its own attempt alone; the store's fences do the rest.

import type { Clock } from '../../base/clock.ts'
import { hashOf, readToken } from '../../base/ids.ts'
import { type Granted, grant, readWish } from '../../lifecycle/watch/wishes.ts'
import { type Fenced, refusal } from '../../model/refusal.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { answerLedger, type LedgerParts } from './ledger.ts'
import type { Post } from './post.ts'

type Answer = Granted | Fenced<{ settled?: boolean } & LedgerParts>

/** Answers one request of a session. */
export async function answerSession(
  deps: { readonly store: Store; readonly clock: Clock; readonly post?: Pick<Post, 'send'> },
  request: unknown,
): Promise<Answer> {
  const { token: given, verb, effect } = (request ?? {}) as Readonly<Record<string, unknown>>
  const wish = readWish(request)
  if ((wish === null && verb !== 'effect') || typeof given !== 'string')
    return refused(
      'session.unreadable',
      'the request is none that a session may make',
      'send {token, verb: say|progress|ask|effect, …}',
    )
  const token = readToken(given)
  const known =
    token !== null && (await deps.store.tokenFits(token.attemptId, hashOf(token.secret)))
  if (token === null || !known)
    return refused(
      'session.token',
      'the token belongs to no attempt of this fleet',
      'use the MIDWATCH_TOKEN the session was given',
    )
  const { attemptId } = token
  if (wish === null) return await answerLedger(deps, attemptId, effect)
  return await grant(deps, attemptId, wish)
}

const refused = (code: string, sentence: string, release: string) => ({
  ok: false as const,
  refusal: refusal(code, sentence, release),
})
