// That a session was launched is written down beside the look for its start mark, which waits for nobody. Its confirmation is written
// behind it, in a commit of its own: pid, start time and boot id are stored before a start is believed.

import type { Store } from '../../drivers/store/contract.ts'
import type { Spool } from '../../lifecycle/watch/spool.ts'
import type { Attempt } from '../../model/attempt.ts'

export interface Beside {
  readonly launched: Store['launched']
  /** Resolves when it is written, or the database is away. */
  readonly launchWritten: () => Promise<unknown>
  /** The attempt with what its launcher answered: what it started is found by that at once, without asking for more. */
  readonly known: (attempt: Attempt) => Attempt
}

/** Hands what is launched to the spool, which keeps the order. */
export function launchedBeside(spool: Pick<Spool, 'launched'>): Beside {
  let written: Promise<unknown> = Promise.resolve()
  let launch: Attempt['launch'] = null
  return {
    launched(input) {
      launch = input.proof
      written = spool.launched(input)
      written.catch(() => {}) // thrown by whoever waits for it
      return Promise.resolve({ ok: true })
    },
    launchWritten: () => written,
    known: (attempt) => ({ ...attempt, launch: launch ?? attempt.launch }),
  }
}
