// Answers of reads that every round of every loop repeats. They stay right until somebody commits a change, here or in
// another process, which SQLite tells for next to nothing; so a fleet in which nothing happens asks almost nothing.

import type { DatabaseSync } from 'node:sqlite'

/** More than a host asks between two changes; who asks for more begins anew. */
const keptAtMost = 1_000

export interface Remembered {
  /** The answer to `key` as it was given since the last change, or a new one. */
  recall<T>(key: string, ask: () => T): T
  /** Something was changed through this connection; `quiet`: only what tells that somebody lives. */
  forget(how?: 'quiet'): void
}

/** Answers under such names tell of leases and pulses. */
const isLive = (key: string): boolean => key.startsWith('live ')

/** Remembers for one connection; `alone`: there is no other one. Answers are shared: nobody may change them. */
export function remember(db: DatabaseSync, alone = false): Remembered {
  // Tells of commits of every other connection. https://www.sqlite.org/pragma.html#pragma_data_version
  const commitsOfOthers = db.prepare('PRAGMA data_version')
  commitsOfOthers.setReturnArrays(true)
  const versionNow = (): number =>
    alone ? 0 : Number((commitsOfOthers.get() as unknown as readonly number[])[0])
  const answers = { live: new Map<string, unknown>(), still: new Map<string, unknown>() }
  let seen = -1
  function forget(how?: 'quiet'): void {
    answers.live.clear()
    if (how !== 'quiet') answers.still.clear()
  }
  return {
    forget,
    recall<T>(key: string, ask: () => T): T {
      const now = versionNow()
      const known = isLive(key) ? answers.live : answers.still
      if (now !== seen || known.size >= keptAtMost) forget()
      seen = now
      if (known.has(key)) return known.get(key) as T
      const answer = ask()
      known.set(key, answer)
      return answer
    },
  }
}
