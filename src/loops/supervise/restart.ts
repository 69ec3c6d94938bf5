// How long a supervisor waits before it starts a child again, and when that is worth an incident. Pure.

/** What is remembered of a child's deaths. */
export interface Deaths {
  /** Deaths in a row, each after a short life. */
  readonly short: number
  /** Monotonic times of the newest deaths, oldest first. */
  readonly atMs: readonly number[]
  /** Since when they are watched: what happened under an earlier supervisor is not known. */
  readonly sinceMs: number
}

export const noDeaths = (sinceMs: number): Deaths => ({ short: 0, atMs: [], sinceMs })

/** Who lived that long starts again without a wait. */
const longLifeMs = 60_000
const windowMs = 10 * 60_000
const troubleAfter = 4

/** What follows a death at `nowMs` after a life of `livedMs`. */
export function afterDeath(
  before: Deaths,
  nowMs: number,
  livedMs: number,
  waitsMs: readonly number[],
): { readonly deaths: Deaths; readonly waitMs: number; readonly isTrouble: boolean } {
  const short = livedMs >= longLifeMs ? 1 : before.short + 1
  const atMs = [...before.atMs.filter((at) => nowMs - at < windowMs), nowMs].slice(-20)
  const waitMs = waitsMs[Math.min(short, waitsMs.length) - 1] ?? 0
  return { deaths: { ...before, short, atMs }, waitMs, isTrouble: atMs.length >= troubleAfter }
}

/** Whether trouble is over, also one that an earlier supervisor told of: nobody died within the window, all of it watched. */
export const isCalmAgain = ({ atMs, sinceMs }: Deaths, nowMs: number): boolean =>
  [sinceMs, ...atMs].every((at) => nowMs - at >= windowMs)
