// The pulses of this process's loops, in memory: each loop beats when it comes round, and whoever asks sees how long each
// has been silent. Beats are counted, not dated, so that a clock that steps makes nobody look dead.

import type { Clock } from './clock.ts'

/** One loop as it is now. */
export interface LoopBeat {
  readonly loop: string
  /** Grows by one whenever the loop comes round. */
  readonly beat: number
  /** How often it means to come round, in ms. */
  readonly everyMs: number
  /** How long it has not come round, in ms. */
  readonly silentMs: number
}

export interface Beats {
  /** Registers a loop; the answered function is its beat. */
  of(loop: string, everyMs: () => number): () => void
  all(): readonly LoopBeat[]
}

export function createBeats(clock: Pick<Clock, 'monotonicMs'>): Beats {
  const loops = new Map<string, { everyMs: () => number; beat: number; atMs: number }>()
  return {
    of(loop, everyMs) {
      const row = { everyMs, beat: 0, atMs: clock.monotonicMs() }
      loops.set(loop, row)
      return () => {
        row.beat += 1
        row.atMs = clock.monotonicMs()
      }
    },
    all() {
      const nowMs = clock.monotonicMs()
      return [...loops].map(([loop, { everyMs, beat, atMs }]) => ({
        loop,
        beat,
        everyMs: Math.round(everyMs()),
        silentMs: nowMs - atMs,
      }))
    },
  }
}

/** How long each loop is silent, in ms, by its name. */
export const silences = (beats: Beats): Readonly<Record<string, number>> =>
  Object.fromEntries(beats.all().map(({ loop, silentMs }) => [loop, silentMs]))
