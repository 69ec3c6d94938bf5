// Sends one letter through one channel, once per key: the channel makes the effect, and its answer is recorded.

import type { Channel, Letter } from '../../drivers/channels/contract.ts'
import type { EffectParams } from '../../model/effect.ts'
import type { EffectDeps } from './deps.ts'
import { identityOfLetter, paramsOfLetter } from './letter.ts'
import { type Made, type Performed, type PerformLimits, performOnce } from './perform.ts'
import type { EffectWant } from './reserve.ts'

export interface Sending extends Pick<EffectWant, 'holder' | 'by' | 'noTwinMs'> {
  readonly letter: Letter
  /** What the ledger keeps it as, where it may go through channels of several kinds; absent for the channel's own. */
  readonly kind?: string
  /** What makes two letters the same; absent for where they go and what they say. */
  readonly identity?: EffectParams
  readonly limits: PerformLimits
}

/** A delivery that takes longer is given up by its channel, which then knows less. */
export const sendingTimeoutMs = 15 * 60_000

export function send(
  deps: EffectDeps,
  channel: Channel,
  { letter, kind = channel.kind, identity, holder, by, noTwinMs, limits }: Sending,
  signal: AbortSignal,
): Promise<Performed> {
  const want: EffectWant = {
    key: letter.key,
    kind,
    params: paramsOfLetter(channel.name, letter),
    identity: identity ?? identityOfLetter(channel.name, letter),
    check: null,
    holder,
    timeoutMs: sendingTimeoutMs,
    noTwinMs,
    by,
  }
  return performOnce(deps, want, limits, () => deliver(channel, letter, signal), signal)
}

async function deliver(channel: Channel, letter: Letter, signal: AbortSignal): Promise<Made> {
  const delivered = await channel.deliver(letter, signal)
  if (delivered.did !== 'performed') return delivered
  const { receipt, output } = delivered
  return { did: 'performed', result: { output, errors: '', truncated: false, receipt } }
}
