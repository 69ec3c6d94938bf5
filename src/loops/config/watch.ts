// Keeps the configuration in force equal to the file. A valid change becomes a fact with a redacted diff and is in force at
// once; an invalid one leaves the last good in force, becomes a fact, and shows in `status` until it is mended.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
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
  /** What differs between two redacted configurations, one line each. */
  readonly diff: (before: FleetConfig, after: FleetConfig) => string[]
  /** Refuses what cannot take effect in a running daemon; null when it can. */
  readonly onChange: (loaded: LoadedConfig) => void
}

/** Starts keeping, from a configuration that is already loaded. */
export function keepConfig(deps: ConfigKeeperDeps, first: LoadedConfig): ConfigKeeper {
  let current = first
  let refused: string | null = null
  let wake: () => void = () => {}
  const service = startService('config', async (signal) => {
    const unwatch = deps.source.watch(() => wake())
    try {
      while (!signal.aborted) {
        await look()
        await new Promise<void>((resolve) => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
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
      const diff = deps.diff(current.redacted, loaded.redacted)
      current = loaded
      await record({ kind: 'config.loaded', hash: loaded.hash, diff })
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
