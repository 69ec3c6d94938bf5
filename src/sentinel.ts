// Puts the sentinel of one host together over a fleet's parts, as daemon.ts does with the dispatcher: in a process of its
// own, so that what stops the one does not stop the other.

import { type Fleet, offersOf, offersOn } from './fleet.ts'
import { createBeats, silences } from './base/beats.ts'
import { createToldOnce } from './base/told-once.ts'
import type { Service } from './base/service.ts'
import type { Deadman } from './drivers/deadman/contract.ts'
import type { Notifier } from './drivers/notifiers/contract.ts'
import { knowWaits } from './drivers/store/waits.ts'
import { tellDue } from './loops/notify/notify.ts'
import { standingNow } from './loops/dispatch/standing.ts'
import { deadmanLook } from './loops/sentinel/deadman.ts'
import { expectLook } from './loops/sentinel/expect.ts'
import { viewOf } from './loops/sentinel/view.ts'
import { defaultExpect, type Finding } from './model/expect.ts'
import { createCry } from './loops/sentinel/cry.ts'
import { startSentinel } from './loops/sentinel/loop.ts'
import type { Outside } from './outside.ts'
import type { FleetConfig } from './model/config.ts'
import { defaultSentinel } from './model/sentinel.ts'

export interface SentinelOptions {
  readonly log: (line: string) => void
  readonly deadman: Deadman
  /** Who is told when the store is out of reach, and with it the ledger of what was told. */
  readonly notifiers: (config: FleetConfig) => readonly Notifier[]
  /** How people are told of incidents while the dispatcher does not do it. */
  readonly outside?: Outside
  readonly onLook?: () => void
}

export interface Sentinel extends Service {
  /** How its loop is, by its own word. */
  health(): { readonly silent: Readonly<Record<string, number>>; readonly storeWaitMs: number }
}

/** Starts the sentinel of this host. */
export function startSentinelOf(fleet: Fleet, options: SentinelOptions): Sentinel {
  const { clock, host, source } = fleet
  const waited = knowWaits(fleet.store, clock)
  const { store } = waited
  const beats = createBeats(clock)
  let config = fleet.config
  const notifiers = () => options.notifiers(config)
  const onError = createToldOnce(clock, (where, error) =>
    options.log(`sentinel, ${where}: ${(error as Error)?.message ?? error}`),
  )
  const effects = options.outside && {
    ...{ store, clock, host, holders: options.outside.holders },
    channel: (name: string) => options.outside?.channel(config, name) ?? null,
  }
  const expect = () => config.expect ?? defaultExpect
  let red: readonly Finding[] = []
  const onJudged = (found: readonly Finding[]) => {
    red = found
  }
  const standing = () => standingOf({ ...fleet, store }, config)
  const reached = new Set<string>()
  const cry = createCry({ clock, fleet: config.name, notifiers, log: options.log })
  store.watch(() => {}) // who hears changes need not ask for them
  const service = startSentinel({
    store,
    clock,
    host: host.name,
    pid: host.pid,
    beats,
    rules: () => config.sentinel ?? defaultSentinel,
    tell: (signal) =>
      tellDue(
        {
          ...{ store, clock, fleet: config.name, onError, lookEveryMs: () => 0 },
          notifiers: () => [],
          ...(effects && { effects, ways: () => options.outside?.ways(config) ?? [] }),
          quiet: () => config.tell?.quiet ?? null,
        },
        reached,
        signal,
      ),
    looks: [
      expectLook({
        ...{ store, clock, expect, onJudged },
        view: () => viewOf({ store, standing, named: () => config }, expect(), clock.now()),
        remedy: () => remedyOf(fleet, config),
      }),
      deadmanLook({
        ...{ clock, deadman: options.deadman, isWell: () => red.length === 0 },
        config: () => config.deadman ?? null,
      }),
      {
        name: 'config',
        // An invalid edit leaves the last good one in force; the dispatcher tells of it.
        look: async () => {
          config = (await source.load().catch(() => null))?.config ?? config
        },
      },
    ],
    onStoreTrouble: cry,
    onError,
  })
  return {
    ...service,
    health: () => ({ silent: silences(beats), storeWaitMs: waited.waitingMs() }),
  }
}

/** What the dispatcher of this host would say of the ready tasks under this configuration. */
export const standingOf = (
  { store, clock, host, adapters }: Pick<Fleet, 'store' | 'clock' | 'host' | 'adapters'>,
  config: FleetConfig,
) => {
  const offers = offersOn(host.name, offersOf(adapters, config), config)
  return standingNow({ store, clock, host, inForce: () => ({ config, configHash: '', offers }) })
}

const remedyLimitMs = 300_000

/** The configured remedy: a program that may take five minutes, whose end nobody waits for twice. */
function remedyOf({ host, dir }: Fleet, { sentinel }: FleetConfig): (() => Promise<void>) | null {
  const remedy = sentinel?.remedy ?? null
  if (remedy === null) return null
  const words = remedy.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return async () => {
    const never = new AbortController().signal
    await host.runShell(words, dir, host.baseEnv, remedyLimitMs, never)
  }
}
