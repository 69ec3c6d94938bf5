// The same rules by hand, over every row there is: for what was broken before the guards, or past them. Works while no
// dispatcher runs. Pages keep each statement short.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { RowIds } from '../../drivers/store/contract/reconcile.ts'
import type { Demand } from '../../model/demand.ts'
import type { Limits } from '../../model/limits.ts'
import type { Remains } from './law.ts'
import { createFutileDetector } from './futile.ts'
import { type Broken, everyLaw, type Laws, type Mended, pass, type PassReport } from './pass.ts'

export interface SweepDeps {
  readonly store: Store
  readonly clock: Clock
  readonly limits: Limits
  readonly by: string
  /** See Look.lacking. */
  readonly lacking?: (demand: Demand) => string | null
  /** What lies on this host besides the store; absent where only rows are looked at. */
  readonly remains?: Remains
}

export interface SweepReport extends PassReport {
  readonly dryRun: boolean
  readonly looked: { readonly tasks: number; readonly attempts: number }
  readonly laws: readonly {
    readonly name: string
    readonly law: string
    readonly kind: 'rule' | 'invariant'
    readonly found: number
    readonly mended: number
  }[]
}

const pageSize = 500
const turnsMax = 3
const noRows: RowIds = { tasks: [], attempts: [] }

export async function sweep(
  deps: SweepDeps,
  { dryRun, laws = everyLaw }: { dryRun: boolean; laws?: Laws },
): Promise<SweepReport> {
  const { store, clock } = deps
  const detector = createFutileDetector()
  const findings: Mended[] = []
  const broken: Broken[] = []
  const failed = new Map<string, string>()
  const looked = { tasks: 0, attempts: 0 }
  const lookAt = async (rows: RowIds, ofPage: Laws) => {
    // One repair may bring to light what another law forbids: what was mended is looked at once more.
    for (let turn = 0; turn < turnsMax; turn++) {
      const world = { ...deps, now: clock.now(), rows }
      const options = { dryRun, laws: ofPage, mendsMax: Number.POSITIVE_INFINITY }
      const report = await pass(world, detector, options)
      const news = report.findings.filter((one) => turn === 0 || one.did !== null)
      findings.push(...news)
      if (turn === 0) broken.push(...report.broken)
      for (const { law, error } of report.failed) failed.set(law, error)
      if (!news.some((one) => one.did !== null)) return
    }
  }
  for (const table of ['tasks', 'attempts'] as const)
    for (let after = 0; ; ) {
      const ids = await store.rowsAfter({ table, after, limit: pageSize })
      const last = ids.at(-1)
      if (last === undefined) break
      looked[table] += ids.length
      after = last
      await lookAt(
        { ...noRows, [table]: ids },
        { rules: laws.rules.filter((rule) => rule.rows === table), invariants: [] },
      )
    }
  // Whatever is not about rows looks once, and last: after what the rows were mended to.
  await lookAt(noRows, { ...laws, rules: laws.rules.filter((rule) => rule.rows === undefined) })
  const counted = countLaws(laws, findings, broken)
  return {
    dryRun,
    looked,
    findings,
    broken,
    failed: [...failed].map(([law, error]) => ({ law, error })),
    laws: counted,
  }
}

function countLaws(
  laws: Laws,
  findings: readonly Mended[],
  broken: readonly Broken[],
): SweepReport['laws'] {
  return [
    ...laws.rules.map(({ name, law }) => {
      const its = findings.filter((one) => one.law === name)
      const mended = its.filter((one) => one.did !== null).length
      return { name, law, kind: 'rule' as const, found: its.length, mended }
    }),
    ...laws.invariants.map(({ name, law }) => {
      const found = broken.filter((one) => one.invariant === name).length
      return { name, law, kind: 'invariant' as const, found, mended: 0 }
    }),
  ]
}
