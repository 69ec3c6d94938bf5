// A probing gate that nothing is left to try counts as recovered: its incident is over, and it waits without alarm for the
// next task, which is then its canary. Level-triggered, and quiet while nothing changes.

import { type Gate, hostLane } from '../../model/gate.ts'
import { clientLanesOf, lacks } from '../../model/demand.ts'
import type { DispatchDeps } from './deps.ts'
import { lanesOf } from './tick.ts'

type RecoveredDeps = Pick<DispatchDeps, 'store' | 'clock' | 'host' | 'inForce'>

/** Nobody calls a gate recovered sooner than this: its task may just be on a hold. */
const quietMs = 10 * 60_000
const lookEveryMs = 60_000
/** No lane is called so: when it was last looked. */
const looked = ''

/** Ends the incidents of probing lanes that no unsettled task could try. `told` remembers since when, by lane. */
export async function tendIdleProbes(
  { store, clock, host, inForce }: RecoveredDeps,
  told: Map<string, number>,
): Promise<void> {
  const now = clock.now()
  if (now - (told.get(looked) ?? 0) < lookEveryMs) return
  told.set(looked, now)
  const idle = (await store.gates()).filter(
    (gate): gate is Gate & { state: 'probing' } =>
      gate.state === 'probing' &&
      gate.canary === null &&
      now - gate.since >= quietMs &&
      told.get(gate.lane) !== gate.since &&
      (!gate.lane.startsWith('host:') || gate.lane === hostLane(host.name)),
  )
  if (idle.length === 0) return
  const { offers, config } = inForce()
  const open = (await store.openDemands()).filter(({ unsettled }) => unsettled > 0)
  const tried = new Set(
    offers
      .filter((offer) => open.some(({ demand }) => lacks(offer, demand, config.tiers).length === 0))
      .flatMap((offer) => lanesOf(offer.agent, host.name, clientLanesOf(offer))),
  )
  for (const gate of idle) {
    if (tried.has(gate.lane)) continue
    told.set(gate.lane, gate.since)
    await store.recovered({ lane: gate.lane, by: 'nothing is left to try it with', now })
  }
}
