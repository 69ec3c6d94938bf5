// Brings what was committed to the disk and tells each its answer once it is there. One walk at a time: what is committed
// meanwhile lies behind it in the same log, and goes with the next. So the database works while the disk is waited for.

import type { Script } from '../script.ts'
import { explain } from './errors.ts'

/** A verb that waits for its answer. */
export interface Waiting {
  readonly script: () => Script<unknown>
  readonly quiet: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** One of its transaction failed: from now on it has a savepoint. */
  careful: boolean
}

export type Answer = { readonly value: unknown } | { readonly error: unknown }

/** One whose transaction is committed, or about to be. */
export interface Taken {
  readonly waiting: Waiting
  answer: Answer
}

export interface Carrier {
  /** Never waits. */
  carry(taken: readonly Taken[]): void
  isUnderWay(): boolean
}

/** Where `sync` is absent, a commit is all there is to it. `idle` is called when nothing is under way any more. */
export function createCarrier(
  { sync, path }: { readonly sync?: () => Promise<void>; readonly path: string },
  idle: () => void,
): Carrier {
  let next: Taken[] = []
  let walking = false

  async function walk(toDisk: () => Promise<void>): Promise<void> {
    while (next.length > 0) {
      const going = next
      next = []
      await toDisk().then(
        () => tell(going, path),
        (error: unknown) => {
          // What a disk refused to keep has perhaps happened: an error, to all.
          for (const { waiting } of going) waiting.reject(explain(error, path))
        },
      )
    }
    walking = false
    idle()
  }

  return {
    isUnderWay: () => walking,
    carry(taken: readonly Taken[]): void {
      if (sync === undefined) tell(taken, path)
      else next.push(...taken)
      if (sync === undefined || walking || next.length === 0) return
      walking = true
      void walk(sync)
    },
  }
}

function tell(taken: readonly Taken[], path: string): void {
  for (const { waiting, answer } of taken)
    if ('value' in answer) waiting.resolve(answer.value)
    else waiting.reject(explain(answer.error, path))
}
