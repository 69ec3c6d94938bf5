// The only maker of names that must be unguessable or unique.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Random } from './random.ts'

/** A nonce that ties a start mark to the launch that asked for it. */
export const newNonce = (random: Random): string => random.hex(8)

/** The secret by which a session proves which attempt it is. Only its hash is stored. */
export const newSecret = (random: Random): string => random.hex(24)

/** The token handed to a session: attempt id and secret in one word. */
export const tokenOf = (attemptId: number, secret: string): string => `mw_${attemptId}_${secret}`

/** Splits a token; null when it is not one of ours. */
export function readToken(token: string): { attemptId: number; secret: string } | null {
  const match = /^mw_(\d+)_([0-9a-f]{16,})$/.exec(token)
  return match?.[1] && match[2] ? { attemptId: Number(match[1]), secret: match[2] } : null
}

/** SHA-256 as hex. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** HMAC-SHA-256 as hex: who knows the secret made this text. */
export const sealOf = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex')

/** Compares two secrets in a time that tells nothing of either. */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)))
