// The configuration an attempt goes on by. What begins under a configuration keeps it: it is written down before the first
// claim under it, so that an attempt which outlives both a change of the file and its dispatcher is followed, timed and
// judged as it was started.

import type { FleetConfig } from '../../model/config.ts'
import type { DispatchDeps, InForce } from './deps.ts'

/** Writes the configuration in force down, once for each daemon; `known` holds the hashes that are written. */
export async function keepInForce(
  { store, clock }: Pick<DispatchDeps, 'store' | 'clock'>,
  { configHash, kept }: InForce,
  known: Set<string>,
): Promise<void> {
  if (kept === undefined || known.has(configHash)) return
  await store.keepConfig({ hash: configHash, config: kept, now: clock.now() })
  known.add(configHash)
}

/** What this attempt began with; what is in force, where that is the same or nothing was kept. */
export async function configOf(deps: DispatchDeps, attemptId: number): Promise<FleetConfig> {
  const { config, configHash } = deps.inForce()
  if (deps.restore === undefined) return config
  const began = await deps.store.configOf(attemptId)
  if (began === null || began.config === null || began.hash === configHash) return config
  return deps.restore(began.config)
}
