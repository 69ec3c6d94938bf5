// What the commands about effects work with: the ledger's dependencies, and who holds what is reserved from here.

import { OperatingError, refused, tryAgain, usage } from '../../../base/errors.ts'
import { type EffectHolder, effectKeyPattern, isOwn, ownKeyPrefix } from '../../../model/effect.ts'
import type { EffectDeps } from '../../../lifecycle/effects/deps.ts'
import type { Performed } from '../../../lifecycle/effects/perform.ts'
import type { Actor } from '../actor.ts'
import type { Call } from '../call.ts'
import { asTrouble } from '../task-of.ts'
import type { EffectHands, Fleet } from '../world.ts'

export interface Hands extends EffectHands {
  readonly fleet: Fleet
  readonly actor: Actor
  readonly deps: EffectDeps
}

/** Opens the fleet and says who asks. */
export async function handsOf(call: Call): Promise<Hands> {
  const fleet = await call.fleet()
  const actor = await call.actor()
  const hands = await call.world.effectHands(fleet)
  const { store, clock, host } = fleet
  const { holders, channel } = hands
  return { ...hands, fleet, actor, deps: { store, clock, host, holders, channel } }
}

/** This very process holds it, within its attempt if there is one. */
export const heldByUs = ({ actor, holders }: Hands): EffectHolder => ({
  attemptId: actor.kind === 'session' ? actor.attempt.id : null,
  process: holders.me(),
})

/** Who called us holds it: the attempt, or the script that goes on after this command. */
export const heldByCaller = ({ actor, holders }: Hands): EffectHolder =>
  actor.kind === 'session'
    ? { attemptId: actor.attempt.id, process: null }
    : { attemptId: null, process: holders.caller() }

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

export const holderText = ({ attemptId, process }: EffectHolder): string =>
  [
    ...(attemptId === null ? [] : [`attempt ${attemptId}`]),
    ...(process === null ? [] : [`process ${process.pid} on ${process.host}`]),
  ].join(', ')
