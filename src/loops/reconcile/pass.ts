// One look at the world by every rule and invariant. Level-triggered: it may be repeated at any time, by two hosts at
// once. One rule that fails, or one row that cannot be mended, is told and put aside; the pass goes on.

import { OperatingError } from '../../base/errors.ts'
import type { TroubleChanges } from '../../drivers/store/contract/troubles.ts'
import type { RowIds } from '../../drivers/store/contract/reconcile.ts'
import { noData, troubleKey } from '../../model/incident.ts'
import type { FutileDetector } from './futile.ts'
import type { Finding, Invariant, Look, Rule } from './law.ts'
import { rules as allRules, invariants as allInvariants } from './list.ts'

export interface Mended {
  readonly law: string
  readonly subject: string
  readonly what: string
  /** What was done; null where nothing was: looked at only, put off, or found sound at the second look. */
  readonly did: string | null
  /** Why it was not mended, where that failed. */
  readonly error: string | null
}

export interface Broken {
  readonly invariant: string
  readonly subject: string
  readonly what: string
  readonly repair: string
}

export interface PassReport {
  readonly findings: readonly Mended[]
  readonly broken: readonly Broken[]
  /** Rules that could not look. */
  readonly failed: readonly { readonly law: string; readonly error: string }[]
}

export interface Laws {
  readonly rules: readonly Rule[]
  readonly invariants: readonly Invariant[]
}

export const everyLaw: Laws = { rules: allRules, invariants: allInvariants }

export interface PassOptions {
  readonly dryRun?: boolean
  readonly laws?: Laws
  /** How many repairs at most: a flood of them must not keep the store from its work. */
  readonly mendsMax?: number
  /** Keeps what the detector learned, before it is acted on: who dies of a repair has tried it. */
  readonly keep?: (changes: TroubleChanges) => Promise<void>
}

/** The world of a pass: the rows it looks at are asked once, for all laws. */
export type PassWorld = Omit<Look, 'broken'> & { readonly rows: RowIds }

/** Looks, and mends unless `dryRun`. `detector` decides what is worth another try. */
export async function pass(
  { rows, ...world }: PassWorld,
  detector: FutileDetector,
  { dryRun = false, laws = everyLaw, mendsMax = 200, keep }: PassOptions = {},
): Promise<PassReport> {
  let asked: ReturnType<Look['broken']> | null = null
  const ask = () => world.store.broken({ rows, now: world.now })
  const look: Look = { ...world, broken: () => (asked ??= ask()) }
  const keepLearned = async () => {
    const learned = dryRun ? null : detector.changes()
    if (learned !== null) await keep?.(learned)
  }
  const findings: Mended[] = []
  const failed: { law: string; error: string }[] = []
  for (const rule of laws.rules) {
    const found = await guarded(() => rule.find(look))
    if ('error' in found) {
      failed.push({ law: rule.name, error: found.error })
      continue
    }
    const subjects = new Set(found.value.map((one) => one.subject))
    if (!dryRun) await endTroubles(look, detector, rule.name, subjects)
    const spare = dryRun ? 0 : Math.max(0, mendsMax - findings.length)
    const acts = actsOf(detector, rule, found.value.slice(0, spare), look.now)
    await keepLearned()
    for (const one of found.value) {
      const act = acts.get(one)
      findings.push(act ? await mend(look, rule, one, act.tooOften) : notMended(rule, one))
    }
  }
  const broken: Broken[] = []
  for (const invariant of laws.invariants) {
    const accused = await guarded(() => invariant.accuse(look))
    if ('error' in accused) failed.push({ law: invariant.name, error: accused.error })
    else {
      const { name, repair } = invariant
      for (const one of accused.value) broken.push({ invariant: name, ...one, repair })
      if (!dryRun) await tellInvariant(look, detector, invariant, accused.value)
    }
  }
  await keepLearned()
  return { findings, broken, failed }
}

const notMended = (rule: Rule, { subject, what }: Finding): Mended => ({
  law: rule.name,
  subject,
  what,
  did: null,
  error: null,
})

/** What is worth another try, and where it is once too often. */
function actsOf(
  detector: FutileDetector,
  { name }: Rule,
  findings: readonly Finding[],
  now: number,
): ReadonlyMap<Finding, { readonly tooOften: boolean }> {
  const due = findings.filter(({ subject }) => detector.mayAct(name, subject, now))
  return new Map(
    due.map((one) => [one, { tooOften: detector.acted(name, one.subject, now) }] as const),
  )
}

async function mend(look: Look, rule: Rule, finding: Finding, tooOften: boolean): Promise<Mended> {
  const did = await guarded(finding.mend)
  const seen = notMended(rule, finding)
  if (tooOften) await tellFutile(look, rule, finding)
  return 'error' in did ? { ...seen, error: did.error } : { ...seen, did: did.value }
}

async function tellFutile({ store, now }: Look, rule: Rule, { subject, what }: Finding) {
  await store.openIncident({
    key: `law:${troubleKey(rule.name, subject)}`,
    title: `${subject} was mended again and again and is still broken: ${what} (${rule.name})`,
    data: { ...noData, needsPerson: true, release: `${rule.law}: found so at a later look` },
    now,
  })
}

/** One incident for as long as it stays broken, from the second look on: the first may have come between two steps. */
async function tellInvariant(
  look: Look,
  detector: FutileDetector,
  { name, law, repair }: Invariant,
  accused: readonly { subject: string; what: string }[],
): Promise<void> {
  await endTroubles(look, detector, name, new Set(accused.map((one) => one.subject)))
  for (const { subject, what } of accused) {
    if (!detector.mayAct(name, subject, look.now)) continue
    if (!detector.acted(name, subject, look.now)) continue
    await look.store.openIncident({
      key: `law:${troubleKey(name, subject)}`,
      title: `${subject}: ${what}, although ${law}`,
      data: { ...noData, needsPerson: true, release: repair },
      now: look.now,
    })
  }
}

async function endTroubles(
  { store, now }: Look,
  detector: FutileDetector,
  law: string,
  broken: ReadonlySet<string>,
): Promise<void> {
  for (const subject of detector.looked(law, broken))
    await store.resolveIncident({ key: `law:${troubleKey(law, subject)}`, by: 'it is sound', now })
}

type Guarded<T> = { readonly value: T } | { readonly error: string }

/** A store that does not answer is not one law's trouble: it ends the pass, and the next one looks again. */
async function guarded<T>(act: () => Promise<T>): Promise<Guarded<T>> {
  try {
    return { value: await act() }
  } catch (error) {
    if (error instanceof OperatingError) throw error
    return { error: String((error as Error)?.message ?? error) }
  }
}
