// Before me: an ending that says the client refused a call for good, or one that went well. After me: the last good
// configuration is known, and what was refused goes on with it at once, charging nobody. I promise: a person is told once,
// and again when the configuration works.

import type { Clock } from '../../base/clock.ts'
import type { AgentSettings, GoodSettings } from '../../drivers/agents/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'
import { noData } from '../../model/incident.ts'

export interface FallbackDeps {
  readonly store: Store
  readonly clock: Clock
  readonly settings: AgentSettings
  readonly good?: GoodSettings
}

/** The verdict as it is, or nobody's fault where the agent goes on with its last good configuration. */
export async function fallBack(
  { store, clock, settings, good }: FallbackDeps,
  attempt: Attempt,
  verdict: Verdict,
): Promise<Verdict> {
  if (good === undefined) return verdict
  if (verdict.class === 'success' && good.worked(settings))
    await store.resolveIncident({
      key: `config:${settings.name}`,
      by: 'its configuration works',
      now: clock.now(),
    })
  if (verdict.class !== 'argument_error' || verdict.blame === 'nobody') return verdict
  const instead = good.refused(settings)
  if (instead === null || instead.length === 0) return verdict
  const now = clock.now()
  const body = {
    kind: 'agent.fell_back',
    agent: settings.name,
    instead,
    why: verdict.evidence,
  } as const
  await store.note({ attemptId: attempt.id, bodies: [body], now })
  const title = `agent ${settings.name} goes on with its last good configuration (${instead.join(', ')}): ${verdict.evidence}`
  const release = `mend agents.${settings.name} in midwatch.yaml; what was refused is tried again after some hours`
  await store.openIncident({
    key: `config:${settings.name}`,
    title,
    data: { ...noData, needsPerson: true, release },
    now,
  })
  const evidence = `goes on with ${instead.join(', ')}: ${verdict.evidence}`
  return { ...verdict, blame: 'nobody', evidence }
}
