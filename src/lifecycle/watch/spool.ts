// What is written down of a session while it is followed, in its order. While the database is away it waits here, and the
// session is followed on: its limits act, and its ending waits for the database, not the other way round. What is lost
// with this process is found again in the session's own folder.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import type { Store } from '../../drivers/store/contract.ts'

type Note = Parameters<Store['note']>[0]
type Quota = Parameters<Store['seeQuota']>[0]
type Launched = Parameters<Store['launched']>[0]
type Confirmation = Parameters<Store['confirm']>[0]

export interface Spool {
  /** Resolves when it is written, or when the database has had a moment for it; then it follows later. */
  note(input: Note): Promise<void>
  seeQuota(input: Quota): Promise<void>
  /** That it was launched, before anything else is written of it. */
  launched(input: Launched): Promise<void>
  /** That it began is known here, whoever has written it down: it is followed from now on. */
  confirm(input: Confirmation): Promise<void>
  /** Writes what waits, if the database is there by now. */
  flush(): Promise<void>
  /** Resolves when nothing waits any more; tries until `signal` aborts, and then answers false. */
  drained(signal: AbortSignal): Promise<boolean>
}

interface SpoolDeps {
  readonly store: Pick<Store, 'note' | 'seeQuota' | 'launched' | 'confirm'>
  readonly clock: Clock
  readonly pollMs: number
}

/** Whether an error says no more than that the database is away or busy: the same may be asked of it later. */
export const isAway = (error: unknown): boolean =>
  error instanceof OperatingError && error.exit === 'tryAgain'

/** For how long a look waits for the database: one that does not even refuse must not keep a limit from acting. */
const momentMs = 2_000

type Waiting =
  | { readonly note: Note }
  | { readonly quota: Quota }
  | { readonly launched: Launched }
  | { readonly confirmation: Confirmation }

export function createSpool({ store, clock, pollMs }: SpoolDeps): Spool {
  const waiting: Waiting[] = []
  let writing: Promise<void> | null = null

  const beside = confirmedBeside(store)

  async function writeAll(): Promise<void> {
    try {
      for (let one = waiting[0]; one !== undefined; one = waiting[0]) {
        if ('confirmation' in one) await (beside.said() ?? store.confirm(one.confirmation))
        else await write(store, one)
        waiting.shift()
      }
    } finally {
      beside.forget()
    }
  }

  /** One writer at a time keeps the order. Throws what is no matter of waiting. */
  function attempt(): Promise<void> {
    if (waiting.length === 0) return Promise.resolve()
    writing ??= writeAll()
      .catch((error: unknown) => {
        if (!isAway(error)) throw error
      })
      .finally(() => {
        writing = null
      })
    return writing
  }

  async function flush(): Promise<void> {
    if (waiting.length === 0) return
    const written = new AbortController()
    const attempted = attempt().finally(() => written.abort('written'))
    attempted.catch(() => {}) // one that fails after its moment is tried again
    await Promise.race([attempted, clock.sleep(momentMs, written.signal)])
  }

  return {
    note(input) {
      const bare = writing === null ? takeBare(waiting) : null
      waiting.push({ note: bare === null ? input : { ...bare, ...input } })
      return flush()
    },
    seeQuota(input) {
      waiting.push({ quota: input })
      return flush()
    },
    launched(input) {
      waiting.push({ launched: input })
      return flush()
    },
    confirm(input) {
      if (writing !== null && isLaunchAlone(waiting)) beside.say(input)
      waiting.push({ confirmation: input })
      return flush()
    },
    flush,
    async drained(signal) {
      for (;;) {
        await attempt()
        if (waiting.length === 0) return true
        if (signal.aborted) return false
        await clock.sleep(pollMs, signal)
      }
    },
  }
}

async function write(
  store: SpoolDeps['store'],
  one: Exclude<Waiting, { readonly confirmation: Confirmation }>,
): Promise<void> {
  if ('note' in one) await store.note(one.note)
  else if ('quota' in one) await store.seeQuota(one.quota)
  else await store.launched(one.launched)
}

const isLaunchAlone = ([launch, ...others]: readonly Waiting[]): boolean =>
  launch !== undefined && 'launched' in launch && others.length === 0

/**
 * A confirmation says all that its launch said, and the store keeps their order: it need not wait for the launch to be written, and
 * mostly shares its commit. Nothing is believed before both are.
 */
function confirmedBeside(store: Pick<Store, 'confirm'>) {
  let saying: Promise<unknown> | null = null
  return {
    /** The one that is said already; null where none is. */
    said: () => saying,
    say(input: Confirmation): void {
      saying = store.confirm(input)
      saying.catch(() => {}) // thrown where it is waited for
    },
    forget(): void {
      saying = null
    },
  }
}

/** The last one that waits, where it is without facts: a newer word says all that it says, and a long outage stays small. */
function takeBare(waiting: Waiting[]): Note | null {
  const last = waiting.at(-1)
  if (last === undefined || !('note' in last) || last.note.bodies.length > 0) return null
  waiting.pop()
  return last.note
}

/** Asks again, at the pace of looks, for as long as the database is away. Throws that it is away once `signal` aborts. */
export async function whenThere<T>(
  { clock, pollMs }: Pick<SpoolDeps, 'clock' | 'pollMs'>,
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isAway(error) || signal.aborted) throw error
      await clock.sleep(pollMs, signal)
    }
  }
}

/** The answer, or `otherwise` while the database is away: it is asked again at the next look. */
export async function unlessAway<T>(otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (isAway(error)) return otherwise
    throw error
  }
}
