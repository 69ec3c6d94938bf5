// A letter as the parameters of its effect, and back: the ledger keeps what is needed to ask about it later, whoever asks.

import type { Effect, EffectParams } from '../../model/effect.ts'
import type { Letter } from '../../drivers/channels/contract.ts'

export interface AddressedLetter {
  readonly channel: string
  readonly letter: Letter
}

export const paramsOfLetter = (channel: string, letter: Letter): EffectParams => {
  const { key: _, ...rest } = letter
  return { channel, letter: rest }
}

/** What makes two letters the same: where they go and what they say. */
export const identityOfLetter = (channel: string, letter: Letter): EffectParams => {
  const { subject, text, to, data } = letter
  return { channel, subject, text, to, data }
}

/** The letter of an effect; null for one that is none. */
export function letterOf({ key, params }: Effect): AddressedLetter | null {
  const { channel, letter } = params as { channel?: unknown; letter?: unknown }
  if (typeof channel !== 'string' || typeof letter !== 'object' || letter === null) return null
  return { channel, letter: { ...(letter as Omit<Letter, 'key'>), key } }
}
