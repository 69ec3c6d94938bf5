// Keeps the configuration in force equal to the file. A valid change becomes a fact with a redacted diff and is in force at
// once; an invalid one leaves the last good in force, becomes a fact, and shows in `status` until it is mended.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import { createWaker } from '../../base/waker.ts'
import type { ConfigSource, LoadedConfig } from '../../drivers/config/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { FactBody } from '../../model/fact.ts'
import { paceMs } from '../../model/limits.ts'

export interface ConfigKeeper extends Service {
  readonly current: () => LoadedConfig
}

export interface ConfigKeeperDeps {
  readonly source: ConfigSource
  readonly store: Store
  readonly clock: Clock
  /** What differs between two configurations, one line each, secrets masked. */
  readonly diff: (before: FleetConfig, after: FleetConfig) => string[]
  /** Which lanes stand on something else after such a change. */
  readonly touched?: (loaded: LoadedConfig, diff: readonly string[]) => readonly string[]
  /** Called once a changed configuration is in force. */
  readonly onChange: (loaded: LoadedConfig) => void
}

/** A change that no watch told of is found within this time. */
const lookEveryMs = 60_000
const settleMs = 200

/** Starts keeping, from a configuration that is already loaded. */
export function keepConfig(deps: ConfigKeeperDeps, first: LoadedConfig): ConfigKeeper {
  let current = first
  let refused: string | null = null
  const waker = createWaker(deps.clock)
  /** Facts that the store has not taken yet; they must not be lost, for lanes reopen by them. */
  const untold: FactBody[] = []
  const service = startService('config', async (signal) => {
    const unwatch = deps.source.watch(() => waker.wake('outside'))
    try {
      while (!signal.aborted) {
        await look()
        await tell()
        // An editor may empty a file before it writes it: what is half-saved is not judged.
        const restMs = paceMs(lookEveryMs, current.config.limits)
        if ((await waker.wait(restMs, signal)) === 'outside')
          await deps.clock.sleep(settleMs, signal)
      }
    } finally {
      unwatch()
    }
  })

  async function look(): Promise<void> {
    let loaded: LoadedConfig
    try {
      loaded = await deps.source.load()
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error
      if (refused !== error.message) untold.push({ kind: 'config.refused', error: error.message })
      refused = error.message
      return
    }
    refused = null
    if (loaded.hash === current.hash) return
    const diff = deps.diff(current.config, loaded.config)
    current = loaded
    const lanes = deps.touched?.(loaded, diff)
    untold.push({ kind: 'config.loaded', hash: loaded.hash, diff, ...(lanes && { lanes }) })
    deps.onChange(loaded)
  }

  /** A store that is out of reach ends nothing here: it is told at the next look. */
  async function tell(): Promise<void> {
    try {
      for (let body = untold[0]; body !== undefined; body = untold[0]) {
        await deps.store.recordFacts({ bodies: [body], now: deps.clock.now() })
        untold.shift()
      }
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error
    }
  }

  return { ...service, current: () => current }
}
