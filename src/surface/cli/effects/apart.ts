// The ledger as a session sees it that cannot open the database: each verb goes through the daemon's socket, with the
// token of the attempt. No answer is no answer: what may have been heard is asked again before anything is believed.

import { refused, tryAgain } from '../../../base/errors.ts'
import type { Clock } from '../../../base/clock.ts'
import { present } from '../../../base/assert.ts'
import type { Reserved } from '../../../drivers/store/contract/effects.ts'
import type { EffectStore } from '../../../lifecycle/effects/deps.ts'
import type { Effect, EffectHolder, EffectResult } from '../../../model/effect.ts'
import type { Fenced } from '../../../model/refusal.ts'
import type { Store } from '../../../drivers/store/contract.ts'
import type { LedgerAnswer } from '../../session/ledger.ts'
import type { LedgerRequest } from '../../session/ledger-request.ts'

export type LedgerApart = EffectStore & Pick<Store, 'effects' | 'poke'>

/** Asks the daemon; null when nobody answered. */
export type AskLedger = (request: LedgerRequest) => Promise<LedgerAnswer | null>

/** Asks until there is an answer. Throws `session.no_answer`. */
export type AskPatiently = (request: LedgerRequest) => Promise<LedgerAnswer>

const tries = 20
const waitMs = 250
/** What of an output travels, in characters: a request is one line of bounded length. */
const outputMax = 64_000

/** Says hello: answers the ledger and the host of the attempt. Throws `session.*`. */
export async function ledgerApart(
  ask: AskLedger,
  clock: Clock,
): Promise<{ store: LedgerApart; host: string; asked: AskPatiently }> {
  const asked: AskPatiently = (request) => patiently(ask, clock, request)
  const hello = await asked({ do: 'hello' })
  if (!hello.ok) {
    const { code, sentence, release } = hello.refusal
    throw refused(code, sentence, release)
  }
  const settle = async (request: LedgerRequest): Promise<Fenced<{ effect: Effect }>> => {
    const told = await asked(request)
    return told.ok ? { ok: true, effect: effectIn(told) } : told
  }
  const read = async (key: string) => {
    const told = await asked({ do: 'read', key })
    return told.ok ? (told.effect ?? null) : null
  }
  const store: LedgerApart = {
    fleetId: hello.fleetId ?? '',
    reserveEffect: ({ key, paramsHash, params, holder, until, now }) =>
      reserve(ask, clock, holder, {
        do: 'reserve',
        key,
        paramsHash,
        params,
        process: holder.process,
        forMs: until - now,
      }),
    performEffect: ({ key, epoch, result }) =>
      settle({ do: 'perform', key, epoch, result: shortened(result) }),
    failEffect: ({ key, epoch, reason }) => settle({ do: 'fail', key, epoch, reason }),
    doubtEffect: ({ key, epoch, reason }) => settle({ do: 'doubt', key, epoch, reason }),
    // The daemon asks; from here nothing is known that it does not know.
    effectUnanswered: async ({ key }) => ({
      ok: true,
      effect: present(await read(key), `the effect ${key} is there`),
    }),
    effect: read,
    async effects({ states, kind, limit }) {
      const told = await asked({
        do: 'list',
        limit: Math.min(limit, 200),
        ...(states && { states: [...states] }),
        ...(kind && { kind }),
      })
      return told.ok ? (told.effects ?? []) : []
    },
    attempt: async () => null, // the daemon judges who is over
    poke: () => {},
  }
  return { store, host: hello.host ?? '', asked }
}

/** A reservation whose answer was lost is still this very process's. */
async function reserve(
  ask: AskLedger,
  clock: Clock,
  holder: EffectHolder,
  request: LedgerRequest,
): Promise<Reserved> {
  let lost = false
  const told = await patiently(
    async (one) => {
      const answer = await ask(one)
      lost ||= answer === null
      return answer
    },
    clock,
    request,
  )
  if (!told.ok) return told
  const effect = effectIn(told)
  const isOurs = lost && effect.state === 'reserved' && isSame(effect.holder, holder)
  return { ok: true, yours: told.yours === true || isOurs, effect }
}

const isSame = ({ process: a }: EffectHolder, { process: b }: EffectHolder): boolean =>
  a !== null &&
  b !== null &&
  a.pid === b.pid &&
  a.startTicks === b.startTicks &&
  a.bootId === b.bootId &&
  a.pidSpace === b.pidSpace

async function patiently(
  ask: AskLedger,
  clock: Clock,
  request: LedgerRequest,
): Promise<LedgerAnswer> {
  for (let tried = 1; tried <= tries; tried++) {
    const answer = await ask(request)
    if (answer !== null) return answer
    await clock.sleep(waitMs)
  }
  throw tryAgain(
    'session.no_answer',
    'neither the database nor the dispatcher can be reached from here',
    'nothing more was done; the same command again goes on',
  )
}

const effectIn = (told: { readonly effect?: Effect | null }): Effect =>
  present(told.effect ?? undefined, 'the dispatcher answers with the effect')

function shortened(result: EffectResult): EffectResult {
  const { output, errors, truncated, receipt } = result
  const isCut = Math.max(output.length, errors.length) > outputMax
  return {
    output: output.slice(0, outputMax),
    errors: errors.slice(0, outputMax),
    truncated: truncated || isCut,
    receipt,
  }
}
