// What the commands about effects work with: the ledger's dependencies, and who holds what is reserved from here.

import { OperatingError, refused, tryAgain, usage } from '../../../base/errors.ts'
import type { Clock } from '../../../base/clock.ts'
import type { FleetConfig } from '../../../model/config.ts'
import { readToken } from '../../../base/ids.ts'
import { type EffectHolder, effectKeyPattern, isOwn, ownKeyPrefix } from '../../../model/effect.ts'
import type { EffectDeps } from '../../../lifecycle/effects/deps.ts'
import type { Performed } from '../../../lifecycle/effects/perform.ts'
import { holderText } from '../../../lifecycle/effects/resolve.ts'
import { inSession, tokenVariable } from '../actor.ts'
import type { Call } from '../call.ts'
import { asTrouble } from '../task-of.ts'
import { outOfReach } from '../session-link.ts'
import type { EffectHands } from '../world.ts'
import { type AskPatiently, type LedgerApart, ledgerApart } from './apart.ts'

export interface Hands extends EffectHands {
  readonly store: LedgerApart
  readonly clock: Clock
  /** Null in a session that has no fleet in reach. */
  readonly config: FleetConfig | null
  readonly by: string
  readonly attemptId: number | null
  readonly deps: EffectDeps
  /** How the daemon is asked, in a session that has the ledger through it; else null. */
  readonly apart: AskPatiently | null
}

/** Opens the fleet and says who asks. A session that cannot open it has the ledger through the daemon's socket. */
export async function handsOf(call: Call): Promise<Hands> {
  try {
    const fleet = await call.fleet()
    const actor = await call.actor()
    const hands = await call.world.effectHands(fleet)
    const { store, clock, host, config } = fleet
    const { holders, channel } = hands
    const attemptId = actor.kind === 'session' ? actor.attempt.id : null
    const deps = { store, clock, host, holders, channel }
    return { ...hands, store, clock, config, by: actor.by, attemptId, deps, apart: null }
  } catch (error) {
    if (!outOfReach(error)) throw error
    return await handsApart(call, error)
  }
}

async function handsApart({ world }: Call, cause: unknown): Promise<Hands> {
  const { MIDWATCH_SOCKET: socket, [tokenVariable]: token } = world.env
  const attemptId = token === undefined ? null : (readToken(token)?.attemptId ?? null)
  if (!inSession(world.env) || !socket || !token || attemptId === null) throw cause
  const { clock } = world
  const {
    store,
    host: name,
    asked,
  } = await ledgerApart((request) => world.askLedger(socket, token, request), clock)
  const { host, ...hands } = await world.effectHandsApart(name)
  const { holders, channel } = hands
  const deps: EffectDeps = { store, clock, host, holders, channel, apart: true }
  const by = `attempt ${attemptId}`
  return { ...hands, store, clock, config: null, by, attemptId, deps, apart: asked }
}

/** This very process holds it, within its attempt if there is one. */
export const heldByUs = ({ attemptId, holders }: Hands): EffectHolder => ({
  attemptId,
  process: holders.me(),
})

/** Who called us holds it: the attempt, or the script that goes on after this command. */
export const heldByCaller = ({ attemptId, holders }: Hands): EffectHolder => ({
  attemptId,
  process: attemptId === null ? holders.caller() : null,
})

/** The key of an effect that is to be made. Throws `usage.key`. */
export function newEffectKey(text: unknown): string {
  const key = effectKey(text)
  if (!isOwn(key)) return key
  throw usage(
    'usage.key',
    `keys that begin with ${ownKeyPrefix} are those of Midwatch's own messages`,
    'choose another one that says what is done',
  )
}

/** Throws `usage.key`. */
export function effectKey(text: unknown): string {
  const key = String(text).trim()
  if (effectKeyPattern.test(key)) return key
  throw usage(
    'usage.key',
    `\`${key.slice(0, 40)}\` is no key of an effect`,
    'give 1 to 200 characters without spaces that say what is done, such as report:2026-11-20',
  )
}

/** What did not come to a good end, as the trouble it is; null for what was performed. */
export function troubleOf(ended: Performed): OperatingError | null {
  switch (ended.got) {
    case 'performed':
      return null
    case 'refused':
      return asTrouble(ended.refusal)
    case 'failed':
      return new OperatingError(
        'failed',
        'effect.failed',
        `${ended.effect.key} did not happen: ${ended.why}`,
        'nothing reached the world; the same command tries it again',
      )
    case 'uncertain':
      return refused(
        'effect.uncertain',
        `nobody knows whether ${ended.effect.key} happened: ${ended.why}`,
        `look whether it did, then \`midwatch effect resolve ${ended.effect.key} --performed\` or \`--failed\``,
      )
    case 'busy':
      return tryAgain(
        'effect.busy',
        `${ended.effect.key} is still being made by ${holderText(ended.effect.holder)}`,
        'the same command again waits for its result',
      )
  }
}
