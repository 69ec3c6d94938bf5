// Notices when a client's build changes under us, whether we ran meanwhile or not, and makes it a fact: lanes that were out
// of order may be mended by it. Level-triggered: what the store did not take is told at the next look.

import { orAborted } from '../../base/abort.ts'
import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Build, Builds, Probed } from '../../drivers/agents/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'

/** A configured agent with a client, and the lanes that stand on its build. */
export interface WatchedClient {
  readonly agent: Probed
  readonly cli: string
  readonly lanes: readonly string[]
}

export interface BuildWatchDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: string
  readonly builds: Builds
  /** The clients of the configuration in force. */
  readonly clients: () => readonly WatchedClient[]
  /** Time between two looks; asked anew each time. */
  readonly lookEveryMs: () => number
}

export function watchBuilds(deps: BuildWatchDeps): Service {
  return startService('builds', async (signal) => {
    while (!signal.aborted) {
      for (const client of deps.clients()) {
        if (signal.aborted) return
        const looked = lookAt(deps, client, signal)
        // A client that takes its time to answer does not keep us from stopping.
        await orAborted(looked, signal)
      }
      await deps.clock.sleep(deps.lookEveryMs(), signal)
    }
  })
}

async function lookAt(
  { store, clock, host, builds }: BuildWatchDeps,
  client: WatchedClient,
  signal: AbortSignal,
): Promise<void> {
  const { agent, cli, lanes } = client
  const seen = await builds.look(agent)
  if (seen === null || seen.was === null || signal.aborted) return
  const { build, was } = seen
  const body = {
    kind: 'cli.changed',
    cli,
    host,
    path: build.path,
    from: nameOf(was),
    to: nameOf(build),
    lanes,
  } as const
  try {
    await store.recordFacts({ bodies: [body], now: clock.now() })
    await builds.told(agent, build)
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
  }
}

/** The version, and where two builds share one, a little of the content. */
const nameOf = ({ version, hash }: Pick<Build, 'version' | 'hash'>): string =>
  `${version ?? 'no version'} #${hash.slice(0, 8)}`
