// Keeps the configuration in force equal to the file. A valid change becomes a fact with a redacted diff and is in force at
// once; an invalid one leaves the last good in force, becomes a fact, and shows in `status` until it is mended.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import { createWaker } from '../../base/waker.ts'
import type { ConfigSource, LoadedConfig } from '../../drivers/config/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { FleetConfig } from '../../model/config.ts'

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

/** Starts keeping, from a configuration that is already loaded. */
export function keepConfig(deps: ConfigKeeperDeps, first: LoadedConfig): ConfigKeeper {
  let current = first
  let refused: string | null = null
  const waker = createWaker(deps.clock)
  const service = startService('config', async (signal) => {
    const unwatch = deps.source.watch(() => waker.wake('outside'))
    try {
      while (!signal.aborted) {
        await look()
        await waker.wait(lookEveryMs, signal)
      }
    } finally {
      unwatch()
    }
  })

  async function look(): Promise<void> {
    try {
      const loaded = await deps.source.load()
      refused = null
      if (loaded.hash === current.hash) return
      const diff = deps.diff(current.config, loaded.config)
      current = loaded
      const lanes = deps.touched?.(loaded, diff) ?? []
      await record({ kind: 'config.loaded', hash: loaded.hash, diff, lanes })
      deps.onChange(loaded)
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error
      if (refused === error.message) return
      refused = error.message
      await record({ kind: 'config.refused', error: error.message })
    }
  }

  const record = (body: Parameters<Store['recordFacts']>[0]['bodies'][number]) =>
    deps.store.recordFacts({ bodies: [body], now: deps.clock.now() })

  return { ...service, current: () => current }
}
