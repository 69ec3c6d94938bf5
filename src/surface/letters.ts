// A letter through a configured channel, as a session or a person asks for it: from the command line where the fleet can
// be opened, and by the daemon for those who cannot read its configuration. Once per key, either way.

import { didYouMean } from '../base/nearest.ts'
import type { EffectDeps } from '../lifecycle/effects/deps.ts'
import type { Performed } from '../lifecycle/effects/perform.ts'
import { send } from '../lifecycle/effects/send.ts'
import type { EffectHolder } from '../model/effect.ts'
import { refusal } from '../model/refusal.ts'

export interface Posting {
  readonly channel: string
  readonly key: string
  readonly subject: string
  readonly text: string
  /** Mail alone: who gets it instead of those the channel is configured for. */
  readonly to: readonly string[]
  readonly urgent: boolean
  /** Also if exactly this was sent under another key within a day. */
  readonly evenIfSent: boolean
}

export interface Sender {
  readonly holder: EffectHolder
  readonly by: string
  /** How long somebody else, and the answer to a doubt, is waited for. */
  readonly waitMs: number
}

/** The same letter under another key is a second call for the same thing, not a second thing. */
const noTwinMs = 24 * 3_600_000
const tries = 4

/** `names` are those of the configured channels. Refused with `effect.channel`, `usage.to` and what the ledger says. */
export async function sendLetter(
  deps: EffectDeps,
  names: readonly string[],
  posting: Posting,
  { holder, by, waitMs }: Sender,
  signal: AbortSignal,
): Promise<Performed> {
  const { key, subject, text, to, urgent, evenIfSent } = posting
  const channel = deps.channel(posting.channel)
  if (channel === null) return { got: 'refused', refusal: noChannel(posting.channel, names) }
  if (to.length > 0 && channel.kind !== 'mail') {
    const sentence = `--to is for mail; ${channel.name} is ${channel.kind}`
    return { got: 'refused', refusal: refusal('usage.to', sentence, 'leave it out') }
  }
  const letter = { key, subject, text, to, urgent, data: {} }
  const limits = { waitMs, tries }
  const sending = { letter, holder, by, noTwinMs: evenIfSent ? null : noTwinMs, limits }
  return await send(deps, channel, sending, signal)
}

const noChannel = (name: string, names: readonly string[]) =>
  refusal(
    'effect.channel',
    `there is no channel ${name}${didYouMean(name, names)}`,
    names.length === 0
      ? 'channels are configured below `effects: channels:` in midwatch.yaml'
      : `known are ${names.join(', ')}`,
  )
