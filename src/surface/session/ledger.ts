// What a session that cannot open the database may do with the ledger through the daemon's socket: reserve, and say what
// became of what it has reserved itself. It names no other holder than its own attempt; the store's fences do the rest.

import { z } from 'zod'

import type { Clock } from '../../base/clock.ts'
import { type Effect, effectKeyPattern, type EffectResult, isOwn } from '../../model/effect.ts'
import { type Fenced, refusal } from '../../model/refusal.ts'
import { effectStates } from '../../model/transitions.ts'
import type { Store } from '../../drivers/store/contract.ts'

/** An answer is one line; results in a list are cut to this. */
const listedOutputMax = 2_000
const longestMs = 24 * 3_600_000

const key = z.string().regex(effectKeyPattern)
const epoch = z.number().int().min(1)
const process = z.object({
  host: z.string().max(255),
  bootId: z.string().max(255),
  pidSpace: z.string().max(255),
  pid: z.number().int(),
  startTicks: z.string().max(255),
})
const result = z.object({
  output: z.string(),
  errors: z.string(),
  truncated: z.boolean(),
  receipt: z.string(),
})
const request = z.discriminatedUnion('do', [
  z.object({ do: z.literal('hello') }),
  z.object({
    do: z.literal('reserve'),
    key,
    kind: z.literal('command'),
    paramsHash: z.string().regex(/^[0-9a-f]{64}$/),
    params: z.record(z.string(), z.unknown()),
    process: process.nullable(),
    forMs: z.number().int().min(1).max(longestMs),
  }),
  z.object({ do: z.literal('read'), key }),
  z.object({
    do: z.literal('list'),
    states: z.array(z.enum(effectStates)).optional(),
    kind: z.string().optional(),
    limit: z.number().int().min(1).max(200),
  }),
  z.object({ do: z.literal('perform'), key, epoch, result }),
  z.object({ do: z.literal('fail'), key, epoch, reason: z.string().max(10_000) }),
  z.object({ do: z.literal('doubt'), key, epoch, reason: z.string().max(10_000) }),
])
/** What may be asked of the ledger. */
export type LedgerRequest = z.infer<typeof request>

/** What is answered; which parts are there depends on what was asked. */
export interface LedgerParts {
  readonly fleetId?: string
  readonly host?: string
  readonly yours?: boolean
  readonly effect?: Effect | null
  readonly effects?: readonly Effect[]
}
export type LedgerAnswer = Fenced<LedgerParts>

interface Deps {
  readonly store: Store
  readonly clock: Clock
}

/** Answers a session whose token was found good. */
export async function answerLedger(
  deps: Deps,
  attemptId: number,
  given: unknown,
): Promise<LedgerAnswer> {
  const read = request.safeParse(given)
  if (!read.success)
    return no(
      'session.unreadable',
      `the ledger was asked something that it does not know: ${read.error.issues[0]?.message ?? ''}`,
      'use the `midwatch` of the same version as the dispatcher',
    )
  return await answer(deps, attemptId, read.data)
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
      const found = await store.effects({ limit, ...(states && { states }), ...(kind && { kind }) })
      return { ok: true, effects: found.map(shortened) }
    }
    case 'reserve':
      return await reserve(deps, attemptId, asked)
    default:
      return await settle(deps, attemptId, asked)
  }
}

async function reserve(
  { store, clock }: Deps,
  attemptId: number,
  asked: Extract<LedgerRequest, { do: 'reserve' }>,
): Promise<LedgerAnswer> {
  if (isOwn(asked.key))
    return no('usage.key', 'this key is one of Midwatch’s own messages', 'choose another one')
  const { key, kind, paramsHash, params, process, forMs } = asked
  const now = clock.now()
  const reserved = await store.reserveEffect({
    key,
    kind,
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
