// What a session may ask through the daemon's socket: its word, its progress, and effects (ledger.ts). It proves itself by
// its token and acts on its own attempt alone; the store's fences do the rest.

import type { Clock } from '../../base/clock.ts'
import { hashOf, readToken } from '../../base/ids.ts'
import { type Fenced, refusal } from '../../model/refusal.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { answerLedger, type LedgerParts } from './ledger.ts'

/** Answers one request of a session. */
export async function answerSession(
  deps: { readonly store: Store; readonly clock: Clock },
  request: unknown,
): Promise<Fenced<{ settled?: boolean } & LedgerParts>> {
  const asked = readRequest(request)
  if (asked === null)
    return refused(
      'session.unreadable',
      'the request is none that a session may make',
      'send {token, verb: say|progress|ask|effect, …}',
    )
  const token = readToken(asked.token)
  const known =
    token !== null && (await deps.store.tokenFits(token.attemptId, hashOf(token.secret)))
  if (token === null || !known)
    return refused(
      'session.token',
      'the token belongs to no attempt of this fleet',
      'use the MIDWATCH_TOKEN the session was given',
    )
  const { attemptId } = token
  const now = deps.clock.now()
  if (asked.verb === 'effect') return await answerLedger(deps, attemptId, asked.effect)
  if (asked.verb === 'progress')
    return await deps.store.note({ attemptId, bodies: [], progress: asked.text, now })
  if (asked.verb === 'ask') return await deps.store.ask({ attemptId, question: asked.text, now })
  return await deps.store.say({ attemptId, word: asked.word, text: asked.text, now })
}

type Asked =
  | {
      readonly token: string
      readonly verb: 'say' | 'progress' | 'ask'
      readonly word: 'done' | 'fail'
      readonly text: string
    }
  | { readonly token: string; readonly verb: 'effect'; readonly effect: unknown }

function readRequest(request: unknown): Asked | null {
  if (typeof request !== 'object' || request === null) return null
  const { token, verb, word, text, effect } = request as Record<string, unknown>
  if (typeof token === 'string' && verb === 'effect') return { token, verb, effect }
  if (typeof token !== 'string' || typeof text !== 'string') return null
  if (verb === 'progress' || verb === 'ask') return { token, verb, word: 'done', text }
  if (verb === 'say' && (word === 'done' || word === 'fail')) return { token, verb, word, text }
  return null
}

const refused = (code: string, sentence: string, release: string) => ({
  ok: false as const,
  refusal: refusal(code, sentence, release),
})
