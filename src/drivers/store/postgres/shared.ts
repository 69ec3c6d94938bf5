// Writes that arrive together share one transaction, and so one commit and its few trips (group commit): each resolves when all of it
// is durable. One that fails takes nobody with it: the transaction is undone, and each of its scripts is run by itself.

import type { Clock } from '../../../base/clock.ts'
import { OperatingError } from '../../../base/errors.ts'
import type { Owning, Script } from '../script.ts'

/** One write that waits for its fellows. */
export interface Waiting {
  readonly script: () => Script<unknown>
  readonly how: Owning
}

export interface SharedOptions {
  readonly clock: Pick<Clock, 'sleep'>
  /** Calls back soon, after the writes of this turn have been asked for. */
  readonly soon: (begin: () => void) => void
  /** All of them in one transaction; answers their values, in their order. */
  readonly together: (waiting: readonly Waiting[]) => Promise<readonly unknown[]>
  /** One of them by itself, tried again where that may help. */
  readonly apart: (waiting: Waiting) => Promise<unknown>
}

/** So many share one: a transaction holds up others for no longer than their few trips. */
const most = 32
/** While one is under way the next ones gather; but not for longer, for it may wait for somebody's lock. */
const patienceMs = 25
const underWayMost = 3

interface Queued extends Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export function sharing({ clock, soon, together, apart }: SharedOptions) {
  const queue: Queued[] = []
  let underWay = 0
  let isDue = false

  async function run(taken: readonly Queued[]): Promise<void> {
    try {
      const values = await together(taken)
      taken.forEach((one, i) => {
        one.resolve(values[i])
      })
    } catch (error) {
      if (isDone(error)) for (const one of taken) one.reject(error)
      else await Promise.all(taken.map((one) => apart(one).then(one.resolve, one.reject)))
    }
  }

  function begin(): void {
    isDue = false
    const taken = queue.splice(0, most)
    if (taken.length === 0) return
    underWay += 1
    let isOver = false
    const patience = new AbortController()
    void clock.sleep(patienceMs, patience.signal).then(() => {
      if (!isOver && queue.length > 0 && underWay < underWayMost) plan()
    })
    void run(taken).finally(() => {
      isOver = true
      patience.abort('over')
      underWay -= 1
      if (queue.length > 0) plan()
    })
  }

  function plan(): void {
    if (isDue) return
    isDue = true
    soon(begin)
  }

  return {
    write<T>(script: () => Script<T>, how: Owning): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({ script, how, resolve: resolve as (value: unknown) => void, reject })
        if (underWay < 3) plan()
      })
    },
  }
}

/** A programmer's error behind the commit: nothing of it may be run again. */
export class BrokenBehindCommit extends Error {}

/** Whether it is done, or may be. */
const isDone = (error: unknown): boolean =>
  error instanceof BrokenBehindCommit ||
  (error instanceof OperatingError && error.code === 'store.answer_unknown')
