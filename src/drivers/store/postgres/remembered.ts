// Answers of reads that every round of every loop repeats, kept as long as nothing changed: not here, and nowhere else as
// far as is heard. Every commit that changed something is told to all who listen; a host that hears them and in whose fleet
// nothing happens asks almost nothing. What is not heard is bound by time: an answer never outlives `stillMs`.

import type { Clock } from '../../../base/clock.ts'

/** Polling is the guarantee: so long a change that nobody heard of may stay unseen. */
const stillMs = 60_000
/** Leases and pulses are told to nobody. */
const liveMs = 15_000
/** What looks far back changes little by itself. */
const slowMs = 300_000
const keptAtMost = 1_000

export interface Remembered {
  recall<T>(name: string, ask: () => Promise<T>): Promise<T>
  /** Something was changed, here or elsewhere. That somebody lives is no change. */
  forget(): void
}

interface Kept {
  readonly answer: Promise<unknown>
  readonly untilMs: number
}

/**
 * What is asked because of something that another process of this host just did (a session that ended, say) must not be
 * answered from before it, and the hint may come a moment later than its end.
 */
const isAskedAfresh = (name: string): boolean => name.startsWith('task ')
const keptMs = (name: string): number =>
  isLive(name) ? liveMs : name.startsWith('slow ') ? slowMs : stillMs
const isLive = (name: string): boolean => name.startsWith('live ')

/** Remembers for one process, while `hears` says that changes are heard at once. Answers are shared. */
export function remember(clock: Pick<Clock, 'monotonicMs'>, hears: () => boolean): Remembered {
  const answers = new Map<string, Kept>()
  return {
    forget: () => answers.clear(),
    recall<T>(name: string, ask: () => Promise<T>): Promise<T> {
      if (!hears() || isAskedAfresh(name)) return ask()
      const nowMs = clock.monotonicMs()
      const known = answers.get(name)
      if (known !== undefined && nowMs < known.untilMs) return known.answer as Promise<T>
      if (answers.size >= keptAtMost) answers.clear()
      const answer = ask()
      const kept = { answer, untilMs: nowMs + keptMs(name) }
      answers.set(name, kept)
      answer.catch(() => {
        if (answers.get(name) === kept) answers.delete(name)
      })
      return answer
    },
  }
}
