// Keeps what sessions print within its room while they run: who prints without end fills no disk, and goes on undisturbed.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Trimmer } from '../../drivers/outputs/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { KeepConfig } from '../../model/keeping.ts'
import { cutShort, notWanted, type TellFiring } from '../../model/mechanism.ts'

export interface TrimDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: { readonly name: string }
  readonly keep: () => KeepConfig
  readonly trimmer: Trimmer
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}

/** A session can print a gigabyte a second. */
const everyMs = 2_000

export function startTrimming(deps: TrimDeps): Service {
  return startService('outputs', async (signal) => {
    while (!signal.aborted) {
      try {
        await trimOnce(deps)
      } catch (error) {
        deps.onError('outputs', error)
        deps.fired(cutShort('outputs', error))
      }
      await deps.clock.sleep(everyMs, signal)
    }
  })
}

/** One look at the output of every session of this host. */
export async function trimOnce({ store, host, keep, trimmer, fired }: TrimDeps): Promise<void> {
  const { outputBytes } = keep()
  if (outputBytes === null) return fired(notWanted('outputs'))
  let moved = 0
  let note: string | null = null
  for (const { id } of await store.unended(host.name))
    try {
      if ((await trimmer.trim(id, outputBytes)) > 0) moved += 1
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error
      note = error.message
    }
  fired({ name: 'outputs', had: note === null ? moved : moved + 1, moved, note })
}
