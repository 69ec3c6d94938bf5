// What a sensor says becomes tasks and findings: a task once per key, within its day's budget, and nothing that a sensor brought
// brings more (incident 5); a finding is an incident for as long as it is seen.

import { OperatingError } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { noData } from '../../model/incident.ts'
import type { Firing } from '../../model/mechanism.ts'
import { bySensor, type Said, type SensorConfig, type WantedTask } from '../../model/sensor.ts'

export interface BringDeps {
  readonly store: Store
  readonly clock: Clock
  /** Makes a want a task. Throws OperatingError when it is refused. */
  readonly enqueue: (
    sensor: SensorConfig,
    wanted: WantedTask,
  ) => Promise<{ readonly deduped: boolean; readonly task?: { readonly id: number } }>
  readonly onError: (where: string, error: unknown) => void
}

/** What became of one wanted task. */
export interface Brought {
  readonly wanted: WantedTask
  /** `over`: beyond the day's budget. `own`: it comes of work at its own task. */
  readonly became: 'made' | 'there' | 'stale' | 'over' | 'own' | 'refused'
  readonly task: number | null
  readonly why: string | null
}

const dayMs = 86_400_000

/** Makes tasks of what is wanted, one after the other; one that is refused stops no other. */
export async function bring(
  deps: BringDeps,
  sensor: SensorConfig,
  { tasks }: Pick<Said, 'tasks'>,
): Promise<readonly Brought[]> {
  if (tasks.length === 0) return []
  const now = deps.clock.now()
  const { name, perDay, staleMs } = sensor
  let made = await deps.store.madeBy({ by: bySensor(name), since: now - dayMs + 1 })
  const brought: Brought[] = []
  for (const wanted of tasks) {
    const is = (became: Brought['became'], task: number | null = null, why: string | null = null) =>
      void brought.push({ wanted, became, task, why })
    if (made >= perDay) is('over', null, `it has brought its ${perDay} tasks of a day`)
    else if (staleMs !== null && wanted.at !== null && now - wanted.at > staleMs) is('stale')
    else
      try {
        const { deduped, task } = await deps.enqueue(sensor, wanted)
        is(deduped ? 'there' : 'made', task?.id ?? null)
        if (!deduped) made += 1
      } catch (error) {
        if (!(error instanceof OperatingError)) throw error
        const isOwn = error.code === 'provenance.own_output'
        if (!isOwn) deps.onError(`sensor ${name}`, error)
        is(isOwn ? 'own' : 'refused', null, error.message)
      }
  }
  return brought
}

/**
 * What there was to do, and what moved. What has its task already, is stale, comes of its own work or beyond its day's budget
 * was nothing to do: a sensor that sees the same for days is well. What was refused was something to do, and did not move.
 */
export function firingOf(brought: readonly Brought[]): Omit<Firing, 'name'> {
  const count = (became: Brought['became']) => brought.filter((one) => one.became === became).length
  const moved = count('made')
  const note = brought.find(({ became }) => became === 'over' || became === 'refused')?.why ?? null
  return { had: moved + count('refused'), moved, note }
}

/** Findings are incidents while they are seen. */
export async function tellFindings(
  { store, clock }: Pick<BringDeps, 'store' | 'clock'>,
  { name }: SensorConfig,
  { findings }: Pick<Said, 'findings'>,
): Promise<void> {
  const now = clock.now()
  const prefix = findingPrefix(name)
  const open = (await store.incidents({ openOnly: true, limit: 200 }))
    .map(({ key }) => key)
    .filter((key) => key.startsWith(prefix))
  for (const { key, title } of findings) {
    if (open.includes(`${prefix}${key}`)) continue
    const data = { ...noData, release: `the sensor ${name} no longer finds it` }
    await store.openIncident({ key: `finding:${name}:${key}`, title, data, now })
  }
  const seen = new Set(findings.map(({ key }) => `${prefix}${key}`))
  for (const key of open)
    if (!seen.has(key)) await store.resolveIncident({ key, by: bySensor(name), now })
}

/** How the incidents of a sensor's findings begin. */
export const findingPrefix = (sensor: string): string => `finding:${sensor}:`
