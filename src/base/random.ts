// The only source of chance. A simulated world hands in a seeded one.

import { randomBytes } from 'node:crypto'

export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string
}

/** The machine's own randomness, fit for secrets. */
export const systemRandom: Random = {
  next: () => drawn(6).readUIntBE(0, 6) / 2 ** 48,
  hex: (bytes) => drawn(bytes).toString('hex'),
}

/** Drawn in one go, as asking costs more than the bytes; each is given out once. */
const drawnBytes = 1_024
let pool = Buffer.alloc(0)

function drawn(bytes: number): Buffer {
  if (bytes > drawnBytes) return randomBytes(bytes)
  if (pool.length < bytes) pool = randomBytes(drawnBytes)
  const given = pool.subarray(0, bytes)
  pool = pool.subarray(bytes)
  return given
}

/** Spreads `ms` by up to ±`share` of itself, so that a crowd does not return in step. */
export function jitter(ms: number, share: number, random: Random): number {
  return Math.round(ms * (1 + share * (2 * random.next() - 1)))
}
