// What a session that cannot open the database may do with the ledger through the daemon's socket: reserve, and say what
// became of what it has reserved itself. It names no other holder than its own attempt; the store's fences do the rest.

import type { Clock } from '../../base/clock.ts'
import { type Effect, type EffectResult, isOwn } from '../../model/effect.ts'
import type { Performed } from '../../lifecycle/effects/perform.ts'
import { type Fenced, refusal } from '../../model/refusal.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { type LedgerRequest, readLedgerRequest } from './ledger-request.ts'
import type { Post } from './post.ts'

/** An answer is one line; results in a list are cut to this. */
const listedOutputMax = 2_000
/** What is answered; which parts are there depends on what was asked. */
export interface LedgerParts {
  readonly fleetId?: string
  readonly host?: string
  readonly yours?: boolean
  readonly effect?: Effect | null
  readonly effects?: readonly Effect[]
  readonly sent?: Performed | null
}
export type LedgerAnswer = Fenced<LedgerParts>

interface Deps {
  readonly store: Store
  readonly clock: Clock
  /** Sends letters for sessions; absent where nobody does. */
  readonly post?: Pick<Post, 'send'>
}

/** Answers a session whose token was found good. */
export async function answerLedger(
  deps: Deps,
  attemptId: number,
  given: unknown,
): Promise<LedgerAnswer> {
  const asked = readLedgerRequest(given)
  if (asked === null)
    return no(
      'session.unreadable',
      'the ledger was asked something that it does not know',
      'use the `midwatch` of the same version as the dispatcher',
    )
  return await answer(deps, attemptId, asked)
}

async function answer(deps: Deps, attemptId: number, asked: LedgerRequest): Promise<LedgerAnswer> {
  const { store } = deps
  switch (asked.do) {
    case 'hello': {
      const attempt = await store.attempt(attemptId)
      return { ok: true, fleetId: store.fleetId, host: attempt?.host ?? '' }
    }
    case 'read':
      return { ok: true, effect: await store.effect(asked.key) }
    case 'list': {
      const { states, kind, limit } = asked
      const taskId = (await store.attempt(attemptId))?.taskId ?? 0
      const of = { taskId, limit, ...(states && { states }), ...(kind && { kind }) }
      return { ok: true, effects: (await store.effects(of)).map(shortened) }
    }
    case 'reserve':
      return await reserve(deps, attemptId, asked)
    case 'send':
      return await post(deps, attemptId, asked)
    default:
      return await settle(deps, attemptId, asked)
  }
}

async function post(
  { store, post: office }: Deps,
  attemptId: number,
  { do: _, ...posting }: Extract<LedgerRequest, { do: 'send' }>,
): Promise<LedgerAnswer> {
  if (isOwn(posting.key)) return ownKey
  if (office === undefined)
    return no(
      'effect.apart',
      'nobody here sends letters for sessions',
      '`midwatch effect run` makes an effect by a command of your own',
    )
  const posted = await office.send(attemptId, posting)
  if (posted.ok && posted.sent !== null) store.poke()
  return posted
}

async function reserve(
  { store, clock }: Deps,
  attemptId: number,
  asked: Extract<LedgerRequest, { do: 'reserve' }>,
): Promise<LedgerAnswer> {
  if (isOwn(asked.key)) return ownKey
  const { key, paramsHash, params, process, forMs } = asked
  const now = clock.now()
  const reserved = await store.reserveEffect({
    key,
    kind: 'command',
    paramsHash,
    params,
    check: null, // nobody out here could run it where it belongs
    holder: { attemptId, process },
    until: now + forMs,
    noTwinSince: null,
    by: `attempt ${attemptId}`,
    now,
  })
  if (reserved.ok) store.poke()
  return reserved
}

async function settle(
  { store, clock }: Deps,
  attemptId: number,
  asked: Extract<LedgerRequest, { do: 'perform' | 'fail' | 'doubt' }>,
): Promise<LedgerAnswer> {
  const { key, epoch } = asked
  const found = await store.effect(key)
  if (found !== null && found.holder.attemptId !== attemptId)
    return no(
      'effect.not_yours',
      `${key} is not this session's`,
      'a person says what became of it with `midwatch effect resolve`',
    )
  const fence = { key, epoch, by: `attempt ${attemptId}`, now: clock.now() }
  const told =
    asked.do === 'perform'
      ? await store.performEffect({ ...fence, result: asked.result })
      : asked.do === 'fail'
        ? await store.failEffect({ ...fence, reason: asked.reason })
        : await store.doubtEffect({ ...fence, reason: asked.reason, askAt: null, tellPerson: true })
  if (told.ok) store.poke()
  return told
}

function shortened(effect: Effect): Effect {
  if (effect.state !== 'performed') return effect
  const cut = (text: string) => text.slice(0, listedOutputMax)
  const { output, errors, truncated, receipt } = effect.result
  const isCut = Math.max(output.length, errors.length) > listedOutputMax
  const short: EffectResult = {
    output: cut(output),
    errors: cut(errors),
    truncated: truncated || isCut,
    receipt,
  }
  return { ...effect, result: short }
}

const no = (code: string, sentence: string, release: string) => ({
  ok: false as const,
  refusal: refusal(code, sentence, release),
})

const ownKey = no('usage.key', 'this key is one of Midwatch’s own messages', 'choose another one')
