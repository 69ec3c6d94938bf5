// Looks now and then at what changed, at a slice of the rest, and at what is in trouble. It costs what changed: with
// nothing to do a pass is a handful of index reads, however much has happened before.

import { orAborted } from '../../base/abort.ts'
import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { TroubleChanges } from '../../drivers/store/contract/troubles.ts'
import type { RowIds } from '../../drivers/store/contract/reconcile.ts'
import type { DutyTerm } from '../../model/duty.ts'
import { troubleOfIncident } from '../../model/incident.ts'
import { cutShort, type TellFiring } from '../../model/mechanism.ts'
import { type Limits, paceMs } from '../../model/limits.ts'
import { rowOfSubject } from '../../model/row-law.ts'
import { createFutileDetector, type FutileDetector } from './futile.ts'
import type { Look } from './law.ts'
import { rules } from './list.ts'
import { type PassReport, pass } from './pass.ts'
import { createStanding, type Standing } from './standing.ts'

export interface ReconcileDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: string
  readonly limits: () => Limits
  /** See Look.lacking; null while that is not sure. */
  readonly lacking?: () => Look['lacking'] | null
  readonly onError: (where: string, error: unknown) => void
  readonly fired?: TellFiring
  /** Whether this host is the one that repairs, and under which term; absent where there is no other. */
  readonly duty?: () => DutyTerm | null
}

/** Where the next pass goes on. */
export interface Place {
  /** The newest fact that was looked at; null before the first pass. */
  factId: number | null
  patrolAfter: number
  /** How much each rule had to do when it was last told of; absent to tell of each at every pass. */
  readonly told?: Map<string, number>
  /** What the passes so far saw standing still. */
  readonly standing: Standing
}

/** Before any pass. */
export const firstPlace = (clock: Clock): Place => ({
  factId: null,
  patrolAfter: 0,
  standing: createStanding(clock),
})

const everyMs = 15_000
/** While nothing happens there is little to find. */
const quietMs = 60_000
/** A database that many hosts share is asked seldom. */
const sharedQuietMs = 120_000
const factsMax = 2_000
const sliceSize = 200

export function startReconciler(deps: ReconcileDeps): Service {
  return startService('reconcile', async (signal) => {
    const detector = createFutileDetector()
    const place = { ...firstPlace(deps.clock), told: new Map() }
    let remembered = false
    let restMs = everyMs
    const failures = new Map<string, string>()
    while (!signal.aborted) {
      if (deps.duty?.() === null) {
        // What the host on duty did meanwhile is in the troubles it kept, and in the facts of the next pass.
        remembered = false
        await orAborted(deps.clock.sleep(paceMs(everyMs, deps.limits()), signal), signal)
        continue
      }
      try {
        detector.load(await deps.store.troubles())
        if (!remembered) await remember(deps, detector)
        remembered = true
        const before = place.factId
        tellFailures(deps, await nextPass(deps, detector, place), failures)
        const restsLong = deps.store.hears?.() === true ? sharedQuietMs : quietMs
        restMs = restOf(place.factId === before ? restsLong : everyMs, deps.limits())
      } catch (error) {
        const said = String((error as Error)?.message ?? error)
        if (failures.get('pass') !== said) deps.onError('reconcile', error)
        deps.fired?.(cutShort('reconcile', error))
        failures.set('pass', said)
      }
      await orAborted(deps.clock.sleep(restMs, signal), signal)
    }
  })
}

/** Who polls slowly wants no pass more often than a poll. */
const restOf = (restMs: number, { pollMs }: Limits): number =>
  restMs === everyMs ? paceMs(everyMs, { pollMs }) : Math.max(restMs, 4 * pollMs)

/** One pass over what is due. */
export async function nextPass(
  { store, clock, host, limits, lacking, fired, duty }: ReconcileDeps,
  detector: FutileDetector,
  place: Place,
): Promise<PassReport> {
  const changed = await store.changedRows({ after: place.factId ?? 0, limit: factsMax })
  const slice = await store.patrol({ after: place.patrolAfter, limit: sliceSize })
  const rows = joined([changed, slice, watchedRows(detector)])
  const by = `the reconciler of ${host}`
  const now = clock.now()
  const term = duty?.() ?? null
  const under = term === null ? {} : { duty: term }
  const { standing } = place
  const served = lacking?.() ?? null
  const world = {
    store,
    clock,
    now,
    rows,
    limits: limits(),
    by,
    standing,
    ...under,
    ...(served && { lacking: served }),
  }
  const keep = (changes: TroubleChanges) => store.keepTroubles(changes)
  const report = await pass(world, detector, { keep })
  if (fired !== undefined) tellRules(report, place, fired)
  place.factId = changed.to
  place.patrolAfter = slice.next
  return report
}

/**
 * Whoever waits for a task or a review is released by its settlement itself; what it overlooked is found by a rule, and should
 * be nothing. A rule with nothing to do is told of once, and again when there is no longer anything.
 */
function tellRules({ findings, failed }: PassReport, place: Place, fired: TellFiring): void {
  const of = (law: string) => {
    const its = findings.filter((one) => one.law === law)
    const note = failed.find((one) => one.law === law)?.error
    const had = its.length + Number(note !== undefined)
    const wrong = note ?? its.find(({ error }) => error !== null)?.error ?? null
    return { had, moved: its.filter((one) => one.did !== null).length, note: wrong }
  }
  const moved = findings.filter((one) => one.did !== null).length
  fired({ name: 'reconcile', had: findings.length, moved })
  fired({ name: 'after', ...of('wait-is-answered') })
  fired({ name: 'review', ...of('review-is-live') })
  for (const { name } of rules) {
    const its = of(name)
    if (its.had === 0 && place.told?.get(name) === 0) continue
    place.told?.set(name, its.had)
    fired({ name: `reconcile:${name}`, ...its })
  }
}

/** Incidents from before troubles were kept end when their subject is found sound. */
async function remember({ store, clock }: ReconcileDeps, detector: FutileDetector): Promise<void> {
  for (const { key } of await store.incidents({ openOnly: true, limit: 200 })) {
    const trouble = troubleOfIncident(key)
    if (trouble !== null) detector.remember(trouble.law, trouble.subject, clock.now())
  }
}

function watchedRows(detector: FutileDetector): RowIds {
  const rows = detector.watched().map(({ subject }) => rowOfSubject(subject))
  const idsOf = (table: 'tasks' | 'attempts') =>
    rows.flatMap((row) => (row?.table === table ? [row.id] : []))
  return { tasks: idsOf('tasks'), attempts: idsOf('attempts') }
}

const joined = (parts: readonly RowIds[]): RowIds => ({
  tasks: [...new Set(parts.flatMap((part) => part.tasks))],
  attempts: [...new Set(parts.flatMap((part) => part.attempts))],
})

/** A law that cannot look is told once while its trouble stays the same. */
function tellFailures(
  { onError }: ReconcileDeps,
  { failed }: PassReport,
  told: Map<string, string>,
): void {
  const now = new Map(failed.map(({ law, error }) => [law, error]))
  for (const [law, error] of now)
    if (told.get(law) !== error) onError(`the law ${law}`, new Error(error))
  told.clear()
  for (const [law, error] of now) told.set(law, error)
}
