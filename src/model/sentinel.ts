// How a host watches itself from outside: after which silence a loop counts as standing still, and how fast what fell is
// started again.

import type { SentinelConfig } from './config.ts'

export const defaultSentinel: SentinelConfig = {
  patienceMs: 60_000,
  restartWaitsMs: [0, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  remedy: null,
}

/** Watchers look, and watched loops pulse, so many times within the patience. */
export const looksPerPatience = 6
