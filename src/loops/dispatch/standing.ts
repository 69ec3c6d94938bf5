// What the dispatcher would say of the ready tasks now, for whoever looks from outside: could some agent take one, since when,
// and what stands in the way of the rest. Windows, locks and caps stand in the way as gates do: by the judges of `why`.

import type { DispatchDeps } from './deps.ts'
import { snapshot } from './chores.ts'
import { tick } from './tick.ts'
import { boundMissing, calmGates } from './why-bounds.ts'

export interface StandingNow {
  readonly takable: boolean
  readonly standing: readonly string[]
  /** Since when the longest waiting of those that could be taken is first in its line; null when none could. */
  readonly oldestAt: number | null
}

/** Of more kinds of tasks than this the first speak for all. */
const lookedMost = 50

export async function standingNow(
  deps: Pick<DispatchDeps, 'store' | 'clock' | 'host' | 'inForce'>,
): Promise<StandingNow> {
  const { store } = deps
  const world = await snapshot(deps)
  const { decisions, refusals } = tick(world)
  const standing = new Set(refusals.map(({ refusal }) => refusal.sentence))
  const wanted = new Set(decisions.flatMap(({ demandIds }) => demandIds))
  const ages: number[] = []
  for (const { id, demand } of world.ready
    .filter((one) => wanted.has(one.id))
    .slice(0, lookedMost)) {
    const agents = decisions.flatMap((one) => (one.demandIds.includes(id) ? [one.agent] : []))
    const stopped = await boundsOf(deps, demand, agents)
    for (const sentence of stopped) standing.add(sentence)
    const [first] = stopped.length > 0 ? [] : await store.readyWith(id, 1)
    const task = first === undefined ? null : await store.task(first)
    if (task?.state === 'ready') ages.push(task.readyAt)
  }
  const oldestAt = ages.length === 0 ? null : Math.min(...ages)
  return { takable: ages.length > 0, standing: [...standing], oldestAt }
}

/** What binds tasks of this kind beyond gates and slots: sentences, none when nothing does. */
async function boundsOf(
  { store, clock, host, inForce }: Pick<DispatchDeps, 'store' | 'clock' | 'host' | 'inForce'>,
  demand: Parameters<typeof boundMissing>[1],
  agents: readonly string[],
): Promise<readonly string[]> {
  const { config, offers } = inForce()
  const bound = { store, config, hostName: host.name }
  const gates = await calmGates(bound, demand, clock.now())
  const serving = offers.filter(({ agent }) => agents.includes(agent))
  const missing = await boundMissing(bound, demand, serving)
  return [
    ...gates.map(({ lane, reason }) => `${lane} is shut: ${reason}`),
    ...missing.map(({ what }) => what),
  ]
}
