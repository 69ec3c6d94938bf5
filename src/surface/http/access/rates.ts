// How much one asker may ask: a bucket each, filled at a steady pace. Whoever fails to sign in has a small one, so that
// nobody guesses. Buckets that are full again are forgotten, so strangers cost no memory.

import type { Clock } from '../../../base/clock.ts'
import { refuse } from '../problem.ts'

interface Bucket {
  left: number
  at: number
}

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

export const usualRate: Rate = { perSecond: 300, burst: 1_200 }
export const failureRate: Rate = { perSecond: 0.5, burst: 20 }

const bucketsMax = 10_000

export interface Rates {
  /** Throws Refused (429) when it is too much. */
  take(key: string, rate: Rate): void
}

export function createRates(clock: Clock): Rates {
  const buckets = new Map<string, Bucket>()
  const bucketOf = (key: string, { perSecond, burst }: Rate): Bucket => {
    const now = clock.monotonicMs()
    const before = buckets.get(key)
    const left = before
      ? Math.min(burst, before.left + ((now - before.at) / 1_000) * perSecond)
      : burst
    buckets.delete(key)
    const bucket = { left, at: now }
    buckets.set(key, bucket)
    if (buckets.size > bucketsMax) forgetOldest(buckets)
    return bucket
  }
  const check = (bucket: Bucket, { perSecond }: Rate) => {
    if (bucket.left >= 1) return
    const seconds = Math.ceil((1 - bucket.left) / perSecond)
    throw refuse(429, 'access.rate', 'too many requests', `try again in ${seconds} s`, {
      'retry-after': String(seconds),
    })
  }
  return {
    take(key, rate) {
      const bucket = bucketOf(key, rate)
      check(bucket, rate)
      bucket.left -= 1
    },
  }
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  const [oldest] = buckets.keys()
  if (oldest !== undefined) buckets.delete(oldest)
}
