// The sessions this daemon attends right now, by attempt. Nothing here is a source of truth: after a restart it is
// rebuilt from the store and the host.

import type { Attempt } from '../../model/attempt.ts'
import type { Task } from '../../model/task.ts'

/** What a session said and reported beside its output. */
export interface HeardWord {
  readonly said: boolean
  readonly progressAt: number
}

export type AskedStop = { readonly reason: string; readonly by: string }

export interface Attending {
  readonly attempt: Attempt
  readonly task: Task
  readonly done: Promise<void>
}

export interface Sessions {
  readonly size: number
  has(attemptId: number): boolean
  list(): readonly Attending[]
  /** What somebody asked of this attempt's session. */
  asked(attemptId: number): AskedStop | null
  ask(attemptId: number, stop: AskedStop): void
  /** What this attempt's session was heard to say; nothing, for one that is not attended. */
  heard(attemptId: number): HeardWord
  hear(attemptId: number, word: HeardWord): void
  /** Attends; `onEnd` is called whatever happens, with the error if there was one. */
  begin(
    attempt: Attempt,
    task: Task,
    attend: () => Promise<void>,
    onEnd: (error: unknown) => void,
  ): void
  /** Resolves when every attendance has ended. */
  drained(): Promise<void>
}

export function createSessions(): Sessions {
  const attending = new Map<number, Attending>()
  const stops = new Map<number, AskedStop>()
  const words = new Map<number, HeardWord>()
  return {
    get size() {
      return attending.size
    },
    has: (attemptId) => attending.has(attemptId),
    list: () => [...attending.values()],
    asked: (attemptId) => stops.get(attemptId) ?? null,
    ask(attemptId, stop) {
      if (attending.has(attemptId) && !stops.has(attemptId)) stops.set(attemptId, stop)
    },
    heard: (attemptId) => words.get(attemptId) ?? silent,
    hear(attemptId, word) {
      if (attending.has(attemptId)) words.set(attemptId, word)
    },
    begin(attempt, task, attend, onEnd) {
      const done = attend()
        .then(() => null)
        .catch((error: unknown) => error)
        .then((error) => {
          attending.delete(attempt.id)
          stops.delete(attempt.id)
          words.delete(attempt.id)
          onEnd(error)
        })
      attending.set(attempt.id, { attempt, task, done })
    },
    async drained() {
      while (attending.size > 0) await Promise.all([...attending.values()].map((one) => one.done))
    },
  }
}

const silent: HeardWord = { said: false, progressAt: 0 }
