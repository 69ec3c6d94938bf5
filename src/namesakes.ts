// Two machines of one name would each take the other's sessions for its own of an earlier boot, end them and begin them
// again, for ever. Where machines share a database, a start under a name that another boot has just been heard of under
// waits for as long as a host may be silent: who is heard again is another machine, and this one is refused; who is not was
// this machine before it booted.

import type { Clock } from './base/clock.ts'
import { formatDuration } from './base/duration.ts'
import { refused } from './base/errors.ts'
import type { Store } from './drivers/store/contract.ts'
import type { HostRow } from './drivers/store/contract/shapes.ts'

export interface Namesakes {
  readonly store: Pick<Store, 'hosts' | 'time'>
  readonly host: { readonly name: string; readonly bootId: string }
  readonly clock: Clock
  /** A host pulses three times within it. */
  readonly leaseMs: number
  readonly log: (line: string) => void
}

const lookMs = 1_000

/**
 * Waits until the name is ours. Answers whether a row of it that came meanwhile is another machine's. Throws
 * `daemon.namesake` (refused) when another machine works under it.
 */
export async function awaitName(deps: Namesakes): Promise<(row: HostRow) => boolean> {
  const { store, host, clock, leaseMs, log } = deps
  if (store.time === undefined) return () => false // nobody but this machine has the file
  const before = await namesake(deps)
  const isAnother = (row: HostRow) =>
    row.bootId !== host.bootId &&
    clock.now() - row.pulseAt < leaseMs &&
    (row.bootId !== before?.bootId || row.pulseAt !== before.pulseAt)
  if (before === null) return isAnother
  const leftMs = () => before.pulseAt + leaseMs - clock.now()
  // By our own reckoning, too: a pulse may be dated hours ahead by a database whose clock was wrong.
  const patience = clock.monotonicMs() + leaseMs
  if (leftMs() > 0) log(waiting(host.name, Math.min(leftMs(), leaseMs)))
  while (leftMs() > 0 && clock.monotonicMs() < patience) {
    await clock.sleep(Math.min(leftMs(), lookMs))
    const now = await namesake(deps)
    if (now === null) break
    if (now.pulseAt !== before.pulseAt || now.bootId !== before.bootId) throw another(host.name)
  }
  return isAnother
}

/** Who works under our name from another boot, by the database's word. */
async function namesake({ store, host }: Namesakes): Promise<HostRow | null> {
  const row = (await store.hosts()).find((one) => one.name === host.name)
  return row?.running === true && row.bootId !== host.bootId ? row : null
}

const waiting = (name: string, leftMs: number): string =>
  `host ${name} was just heard of from another boot: its name is taken over in ${formatDuration(leftMs)}, unless it is heard of again`

const another = (name: string) =>
  refused(
    'daemon.namesake',
    `another machine works as host ${name} of this fleet`,
    'give each machine a name of its own: `midwatch up --host NAME`',
  )
