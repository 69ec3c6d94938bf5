// How long a supervisor waits before it starts a child again, and when that is worth an incident. Pure.

/** What is remembered of a child's deaths. */
export interface Deaths {
  /** Deaths in a row, each after a short life. */
  readonly short: number
  /** Monotonic times of the newest deaths, oldest first. */
  readonly atMs: readonly number[]
}

export const noDeaths: Deaths = { short: 0, atMs: [] }

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
  return { deaths: { short, atMs }, waitMs, isTrouble: atMs.length >= troubleAfter }
}

/** Whether the trouble is over: nobody died within the window. */
export const isCalmAgain = (deaths: Deaths, nowMs: number): boolean =>
  deaths.atMs.every((at) => nowMs - at >= windowMs)
